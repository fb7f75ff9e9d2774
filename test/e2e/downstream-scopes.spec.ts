import { Controller, Get } from '@nestjs/common';
import { DownstreamScopes, DownstreamToken, Public, TokenAcquisitionService } from 'nestjs-entra';
import { describe, expect, it } from 'vitest';
import { ADAPTERS, startApp } from '../support/nest-app.js';
import { claimsOf } from '../support/tokens.js';
import { FILES, ORDERS, startWorld } from '../support/world.js';

@Controller('tasks')
@DownstreamScopes('api://orders/Read')
class WorkController {
  constructor(private readonly tokens: TokenAcquisitionService) {}

  @Get('class')
  async ofClass() {
    return { source: (await this.tokens.getTokenForUser('api://orders/Read')).source };
  }

  @Get('both')
  @DownstreamScopes(
    'api://files/Read',
    'api://orders/Write',
    'User.Read',
    'https://graph.microsoft.com/Mail.Read',
  )
  async ofBoth() {
    const scopes = ['api://orders/Read', 'api://orders/Write', 'api://files/Read', 'user.read', 'MAIL.READ'];
    return {
      sources: await Promise.all(
        scopes.map(async (scope) => (await this.tokens.getTokenForUser(scope)).source),
      ),
    };
  }

  @Get('parameters')
  parameters(
    @DownstreamToken('api://files/Read') files: string,
    @DownstreamToken('API://orders/read') orders: string,
  ) {
    return { files: claimsOf(files)['aud'], orders: claimsOf(orders)['aud'] };
  }

  @Get('only')
  only(@DownstreamToken() orders: string) {
    return { orders: claimsOf(orders)['aud'] };
  }
}

const controllers = [WorkController];

describe.each(ADAPTERS)('@DownstreamScopes() on %s', (adapter) => {
  it('on the class: the token is there before the handler runs', async () => {
    const world = await startWorld();
    const app = await startApp(adapter, world.options(), { controllers });
    expect((await app.get('/tasks/class', world.token())).body).toEqual({ source: 'memory' });
    expect(world.exchanges()).toHaveLength(1);
  });

  it('on class and handler: merged, one exchange per resource', async () => {
    const world = await startWorld();
    const app = await startApp(adapter, world.options(), { controllers });
    expect((await app.get('/tasks/both', world.token())).body).toEqual({ sources: Array(5).fill('memory') });
    const named = (scope = '') =>
      scope.split(' ').filter((one) => !/^(openid|profile|offline_access)$/.test(one));
    expect(
      world
        .exchanges()
        .map(({ form }) => named(form['scope']).sort())
        .sort(),
    ).toEqual(
      [
        ['api://orders/Read', 'api://orders/Write'],
        ['api://files/Read'],
        ['User.Read', 'https://graph.microsoft.com/Mail.Read'],
      ]
        .map((scopes) => scopes.sort())
        .sort(),
    );
  });

  it('acquires the tokens of several resources in parallel', async () => {
    const world = await startWorld();
    const app = await startApp(adapter, world.options(), { controllers });
    world.emulator.failNext({ delayMs: 1_000, times: 3 });
    const started = performance.now();
    // One after the other would take three seconds.
    expect((await app.get('/tasks/both', world.token())).status).toBe(200);
    expect(performance.now() - started).toBeLessThan(2_500);
    expect(world.exchanges()).toHaveLength(3);
  });

  it('hands tokens to the handler as parameters', async () => {
    const world = await startWorld();
    const app = await startApp(adapter, world.options(), { controllers });
    const token = world.token();
    expect((await app.get('/tasks/parameters', token)).body).toEqual({
      files: FILES.clientId,
      orders: ORDERS.clientId,
    });
    expect((await app.get('/tasks/only', token)).body).toEqual({ orders: ORDERS.clientId });
    expect(world.exchanges()).toHaveLength(2);
  });

  it('when an exchange fails, the handler does not run', async () => {
    const world = await startWorld();
    let ran = 0;

    @Controller('failing')
    class FailingController {
      @Get()
      @DownstreamScopes('api://files/Write')
      handler() {
        ran += 1;
      }
    }

    const app = await startApp(adapter, world.options(), { controllers: [FailingController] });
    expect(await app.get('/failing', world.token())).toMatchObject({
      status: 403,
      body: { code: 'consent_required' },
    });
    expect(ran).toBe(0);
  });

  it('on a route without a credential, on a public route, or in contradiction, it stops the boot', async () => {
    const world = await startWorld();

    @Controller('public')
    class PublicController {
      @Get()
      @Public()
      @DownstreamScopes('api://orders/Read')
      open() {
        return {};
      }

      @Get('mixed')
      @DownstreamScopes('api://orders/Read', 'api://orders/.default')
      mixed() {
        return {};
      }
    }

    await expect(
      startApp(adapter, world.options({ clientCredentials: [] }), { controllers: [PublicController] }),
    ).rejects.toMatchObject({
      name: 'ConfigurationError',
      faults: [
        expect.stringMatching(/PublicController\.open .*clientCredentials is empty/),
        expect.stringMatching(/PublicController\.open has @DownstreamScopes and @Public/),
        expect.stringMatching(/PublicController\.mixed .*clientCredentials is empty/),
        expect.stringMatching(/PublicController\.mixed: .*mix \.default with named scopes of api:\/\/orders/),
      ],
    });
  });

  it('given nothing or several scopes in one string, it stops the boot', () => {
    expect(() => DownstreamScopes()).toThrow('@DownstreamScopes was given nothing');
    expect(() => DownstreamScopes('User.Read,Mail.Read')).toThrow('name scopes, one string each');
  });
});
