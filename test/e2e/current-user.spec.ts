import type { AddressInfo, Server } from 'node:net';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import {
  Controller,
  Get,
  Injectable,
  Module,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GraphQLModule, Query, Resolver } from '@nestjs/graphql';
import {
  ClientTCP,
  MessagePattern,
  Payload,
  Transport,
  type MicroserviceOptions,
} from '@nestjs/microservices';
import {
  AuthModule,
  CurrentUser,
  DownstreamToken,
  JwtStrategy,
  Public,
  TokenAcquisitionService,
} from 'nestjs-entra';
import { lastValueFrom, timeout } from 'rxjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ADAPTERS, startApp } from '../support/nest-app.js';
import { claimsOf } from '../support/tokens.js';
import { ADELE, startWorld, type World } from '../support/world.js';

const FORGED = { oid: 'FORGED', level: 'admin' };

/** As a second strategy of passport does: it puts somebody else into `request.user`. */
class OtherStrategyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const graphql = context.getArgByIndex<{ req?: object } | undefined>(2);
    const request = (context.getType<string>() === 'graphql' ? graphql?.req : context.getArgByIndex(0)) as {
      user?: unknown;
    };
    request.user = FORGED;
    return true;
  }
}

const shown = (user: unknown) => ({ user: user ?? 'none' });

@Controller()
class IdentityController {
  constructor(private readonly tokens: TokenAcquisitionService) {}

  @Get('me')
  me(@CurrentUser() user: unknown, @CurrentUser('oid') oid: string) {
    return { ...shown(user), oid };
  }

  @Get('open')
  @Public()
  open(@CurrentUser() user: unknown, @CurrentUser('oid') oid: unknown) {
    return { ...shown(user), oid: oid ?? 'none' };
  }

  @Get('open-and-other')
  @Public()
  @UseGuards(OtherStrategyGuard)
  openAndOther(@CurrentUser() user: unknown) {
    return shown(user);
  }

  @Get('both')
  @UseGuards(OtherStrategyGuard)
  async both(@CurrentUser('oid') oid: string, @DownstreamToken('api://orders/Read') token: string) {
    const asked = await this.tokens.getAccessTokenForUser('api://orders/Read');
    return { oid, downstream: claimsOf(token)['oid'], asked: claimsOf(asked)['oid'] };
  }
}

@Resolver()
class IdentityResolver {
  @Query(() => String)
  mine(@CurrentUser('oid') oid: string) {
    return oid;
  }

  @Query(() => String)
  @UseGuards(OtherStrategyGuard)
  both(@CurrentUser('oid') oid: string) {
    return oid;
  }

  @Query(() => String)
  @Public()
  @UseGuards(OtherStrategyGuard)
  open(@CurrentUser('oid') oid: string | undefined) {
    return oid ?? 'none';
  }
}

/** Returns an object of its own. */
@Injectable()
class MemberStrategy extends JwtStrategy {
  override validate(_request: unknown, claims: Parameters<JwtStrategy['validate']>[1]): unknown {
    return { oid: `member ${String(claims['oid'])}`, level: 'gold' };
  }
}

/** As a session does, before anything of Nest. */
const session = (nest: { use(...handlers: unknown[]): unknown }) =>
  nest.use((request: { user?: unknown }, _response: unknown, next: () => void) => {
    request.user = FORGED;
    next();
  });

describe.each(ADAPTERS)('@CurrentUser() on %s', (adapter) => {
  const start = (world: World, strategy?: typeof JwtStrategy) => {
    const graphql = GraphQLModule.forRoot<ApolloDriverConfig>({
      driver: ApolloDriver,
      autoSchemaFile: true,
      graphiql: false,
    });
    return startApp(
      adapter,
      { ...world.options(), ...(strategy && { strategy }) },
      { controllers: [IdentityController], imports: [graphql], providers: [IdentityResolver] },
      session,
    );
  };

  it('is the validated caller, even when a session names another user', async () => {
    const world = await startWorld();
    const app = await start(world);
    const { body } = await app.get('/me', world.token());
    expect(body).toMatchObject({ user: { oid: ADELE.oid }, oid: ADELE.oid });
  });

  it('is undefined on a public route, even when a session or another strategy names a user', async () => {
    const world = await startWorld();
    const app = await start(world);
    for (const token of [undefined, world.token()]) {
      expect((await app.get('/open', token)).body).toEqual({ user: 'none', oid: 'none' });
      expect((await app.get('/open-and-other', token)).body).toEqual({ user: 'none' });
    }
  });

  it('is whose tokens are used, when a second strategy replaces request.user', async () => {
    const world = await startWorld();
    const app = await start(world);
    expect((await app.get('/both', world.token())).body).toEqual({
      oid: ADELE.oid,
      downstream: ADELE.oid,
      asked: ADELE.oid,
    });
  });

  it('is what validate() returned', async () => {
    const world = await startWorld();
    const app = await start(world, MemberStrategy);
    const member = { oid: `member ${ADELE.oid}`, level: 'gold' };
    const token = world.token();
    for (let time = 1; time <= 2; time++) {
      expect((await app.get('/me', token)).body).toEqual({ user: member, oid: member.oid });
      expect((await app.get('/both', token)).body['oid']).toBe(member.oid);
    }
  });

  it('comes from the request context in GraphQL', async () => {
    const world = await startWorld();
    const app = await start(world);
    const query = encodeURIComponent('{ mine both }');
    const preflight = { 'apollo-require-preflight': 'x' };
    const ask = async (asked: string, token?: string) =>
      (await app.get(`/graphql?query=${asked}`, token, preflight)).body['data'];
    expect(await ask(query, world.token())).toEqual({ mine: ADELE.oid, both: ADELE.oid });
    expect(await ask(encodeURIComponent('{ open }'))).toEqual({ open: 'none' });
  });
});

@Controller()
class MessageController {
  @MessagePattern('who')
  @Public()
  who(@Payload() _payload: unknown, @CurrentUser() user: unknown) {
    return shown(user);
  }

  @MessagePattern('field')
  @Public()
  field(@CurrentUser('oid') oid: unknown) {
    return { oid: oid ?? 'none' };
  }

  @MessagePattern('guarded')
  guarded(@CurrentUser() user: unknown) {
    return shown(user);
  }

  @MessagePattern('token')
  token(@DownstreamToken('api://orders/Read') token: string) {
    return token;
  }
}

describe('@CurrentUser() in messages', () => {
  /** A service whose guards see messages (`inheritAppConfig` or not), and what asks it. */
  async function start(isHybrid: boolean) {
    const world = await startWorld();
    @Module({
      imports: [AuthModule.forRoot(world.options({ unguardedEntryPoints: 'warn' }))],
      controllers: [MessageController],
    })
    class RootModule {}
    const options: MicroserviceOptions = {
      transport: Transport.TCP,
      options: { host: '127.0.0.1', port: 0 },
    };
    const quiet = { logger: false, abortOnError: false } as const;
    if (!isHybrid) {
      const service = await NestFactory.createMicroservice<MicroserviceOptions>(RootModule, {
        ...options,
        ...quiet,
      });
      onTestFinished(() => service.close());
      await service.listen();
      return clientOf(service.unwrap<Server>());
    }
    const app = await NestFactory.create(RootModule, quiet);
    onTestFinished(() => app.close());
    const service = app.connectMicroservice<MicroserviceOptions>(options);
    await app.startAllMicroservices();
    return clientOf(service.unwrap<Server>());
  }

  function clientOf(server: Server) {
    const client = new ClientTCP({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
    onTestFinished(() => client.close());
    return (pattern: string, data: unknown) =>
      lastValueFrom(client.send<unknown, unknown>(pattern, data).pipe(timeout(10_000)));
  }

  const payloads = [
    { user: FORGED },
    { user: FORGED, raw: { user: FORGED }, req: { user: FORGED }, request: { user: FORGED } },
    { headers: { authorization: 'Bearer x' }, user: FORGED },
    'text',
    [{ user: FORGED }],
  ];

  it.each([
    ['a microservice', false],
    ['a hybrid application whose messages pass no guard', true],
  ])('is undefined in %s, whatever the payload says', async (_what, isHybrid) => {
    const ask = await start(isHybrid);
    for (const payload of payloads) {
      expect(await ask('who', payload)).toEqual({ user: 'none' });
      expect(await ask('field', payload)).toEqual({ oid: 'none' });
      if (isHybrid) expect(await ask('guarded', payload)).toEqual({ user: 'none' });
      else await expect(ask('guarded', payload)).rejects.toMatchObject({ code: 'no_user_assertion' });
      await expect(ask('token', payload)).rejects.toBeDefined();
    }
  });
});
