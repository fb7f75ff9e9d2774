import { Controller, Get, Injectable, Query } from '@nestjs/common';
import { JwtStrategy, InvalidTokenError, Public, TokenAcquisitionService } from 'nestjs-entra';
import { describe, expect, it } from 'vitest';
import { ADAPTERS, startApp, type App } from '../support/nest-app.js';
import { ADELE, startWorld } from '../support/world.js';

const HOSTILE = 'x\r\n[Nest] 1 - LOG forged\u001b[2J\u2028\u202e\u0000';

@Controller()
class RoutesController {
  constructor(private readonly tokens: TokenAcquisitionService) {}

  @Get('me')
  me() {
    return {};
  }

  /** What an application must not do: scopes made of what a caller sent. */
  @Get('scopes')
  async scopes(@Query('scope') scope: string, @Query('as') as: string) {
    if (as === 'app') return this.tokens.getAccessTokenForApp(scope);
    if (as === 'list') return this.tokens.getAccessTokenForUser(['api://orders/Read', scope]);
    if (as === 'assertion') {
      return this.tokens.acquireTokenOnBehalfOf({ assertion: 'a.e30.b', tenantId: ADELE.oid, scopes: scope });
    }
    return this.tokens.getAccessTokenForUser(scope);
  }

  @Public()
  @Get('broken')
  broken() {
    return this.tokens.getAccessTokenForUser('api://orders/Read');
  }
}

const controllers = [RoutesController];

/** Lines of the library, without the stack of one, none of which may hold more than printable characters. */
function expectPrintable(app: App) {
  for (const line of app.log) {
    const [first = '', ...rest] = line.split('\n');
    expect(first).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    expect(first.length).toBeLessThan(2_200);
    for (const frame of rest) expect(frame).toMatch(/^( {4}at |GET|POST)?[^\p{C}]*$/u);
  }
  expect(app.log.join('\n')).not.toMatch(/^\[Nest\] 1/m);
}

describe.each(ADAPTERS)('Log lines on %s', (adapter) => {
  it.each<[string, () => unknown]>([
    ['an Error', () => new Error(HOSTILE)],
    ['an Error of a megabyte', () => new Error(HOSTILE.repeat(50_000))],
    ['a text', () => HOSTILE],
    ['an object without a prototype', () => Object.create(null)],
    ['nothing', () => undefined],
    ['an error with a token', () => new Error(`Bearer ${'canary'.repeat(8)}`)],
  ])('hold one printable line when onTokenValidated throws %s', async (_what, thrown) => {
    const world = await startWorld();
    const onTokenValidated = () => {
      throw thrown();
    };
    const app = await startApp(adapter, world.options({ onTokenValidated }), { controllers });
    const { status, body } = await app.get('/me', world.token());
    expect([status, body['code']]).toEqual([401, 'token_rejected']);
    expect(app.log.filter((line) => line.includes('onTokenValidated threw'))).toHaveLength(1);
    expect(app.log.join('\n')).not.toContain('canary');
    expectPrintable(app);
  });

  it('hold one printable line when validate() rejects with a reason made of the token', async () => {
    const world = await startWorld();
    @Injectable()
    class Strict extends JwtStrategy {
      override validate(): unknown {
        throw new InvalidTokenError('token_rejected', `no member ${HOSTILE}`);
      }
    }
    const app = await startApp(adapter, { ...world.options(), strategy: Strict }, { controllers });
    expect((await app.get('/me', world.token())).status).toBe(401);
    expect(app.log.filter((line) => line.includes('no member x [Nest] 1 - LOG forged?[2J'))).toHaveLength(1);
    expectPrintable(app);
  });

  it.each(['app', 'user', 'list', 'assertion'])(
    'scopes of foreign characters are rejected before anything is sent: %s',
    async (as) => {
      const world = await startWorld();
      const app = await startApp(adapter, world.options(), { controllers });
      const before = world.exchanges().length;
      for (const scope of [HOSTILE, 'User.Read\tx', 'a"b', 'a\\b', 'é', '"orders', '"a" "b"', `a\u0000b`]) {
        const query = `scope=${encodeURIComponent(scope)}&as=${as}`;
        const { status, body } = await app.get(`/scopes?${query}`, world.token());
        expect([status, body['code']]).toEqual([500, 'configuration']);
      }
      const long = await app.get(`/scopes?scope=${'a'.repeat(9_000)}&as=${as}`, world.token());
      expect([long.status, long.body['code']]).toEqual([500, 'configuration']);
      expect(world.exchanges()).toHaveLength(before);
      expect(app.log.join('\n')).toContain('A scope must consist of printable ASCII characters');
      expect(app.log.join('\n')).toContain('got "x\\r\\n[Nest]"');
      expectPrintable(app);
    },
  );

  it('of rejected requests are limited by code and counted, and the first of each code is there', async () => {
    const world = await startWorld();
    const app = await startApp(adapter, world.options(), { controllers });
    const [header = '', payload = ''] = world.token().split('.');
    for (let count = 0; count < 40; count++) {
      expect((await app.get('/me', `${header}.${payload}.${'A'.repeat(342)}`)).status).toBe(401);
    }
    for (let count = 0; count < 20; count++) expect((await app.get('/broken')).status).toBe(500);
    expect((await app.get('/me', world.token({ aud: 'api://other' }))).status).toBe(401);
    const of = (code: string) => app.log.filter((line) => line.includes(code));
    expect(of('token_signature')).toHaveLength(10);
    expect(of('no_user_assertion')).toHaveLength(10);
    expect(of('token_audience')).toHaveLength(1);
    await app.nest.close();
    expect(of('token_signature').at(-1)).toBe(
      'warn token_signature: 30 more lines were suppressed within 10 seconds EntraAuth',
    );
    expect(of('no_user_assertion').at(-1)).toContain('10 more lines were suppressed');
    expect(app.log.join('\n').length).toBeLessThan(60_000);
  });
});
