import { Controller, ForbiddenException, Get } from '@nestjs/common';
import {
  CurrentUser,
  TokenAcquisitionService,
  type EntraUser,
  type TokenValidatedContext,
} from 'nestjs-entra';
import { describe, expect, it } from 'vitest';
import { ADAPTERS, startApp } from '../support/nest-app.js';
import { ADELE, API, BEN, CLIENT, startWorld } from '../support/world.js';

@Controller()
class MeController {
  constructor(private readonly tokens: TokenAcquisitionService) {}

  @Get('me')
  me(@CurrentUser() user: EntraUser) {
    return { ...user, claims: undefined };
  }

  @Get('source')
  async source() {
    return { source: (await this.tokens.getTokenForUser('api://orders/Read')).source };
  }
}

const controllers = [MeController];

describe.each(ADAPTERS)('JwtStrategy on %s', (adapter) => {
  it('makes the validated token the user of the request', async () => {
    const world = await startWorld();
    const app = await startApp(adapter, world.options(), { controllers });
    const { body } = await app.get('/me', world.token({ roles: ['Reader'] }));
    expect(body).toMatchObject({
      oid: ADELE.oid,
      tid: world.emulator.tenantId,
      name: ADELE.name,
      scopes: ['access_as_user'],
      roles: ['Reader'],
      clientApplicationId: CLIENT.clientId,
      isAppOnly: false,
    });
  });

  it('accepts v1.0 tokens of the same tenant as well', async () => {
    const world = await startWorld();
    const app = await startApp(adapter, world.options(), { controllers });
    const token = world.token({
      ver: '1.0',
      iss: `https://sts.windows.net/${world.emulator.tenantId}/`,
      aud: `api://${API.clientId}`,
      azp: undefined,
      appid: CLIENT.clientId,
    });
    expect((await app.get('/me', token)).body).toMatchObject({
      oid: ADELE.oid,
      clientApplicationId: CLIENT.clientId,
    });
  });

  it.each<[code: string, claims: Record<string, unknown>]>([
    ['token_audience', { aud: 'api://another-api' }],
    // Its signature holds nowhere but at Microsoft Graph.
    ['token_audience', { aud: '00000003-0000-0000-c000-000000000000' }],
    ['token_audience', { aud: undefined }],
    ['token_issuer', { iss: 'https://login.microsoftonline.com/11111111-2222-4333-8444-555555555555/v2.0' }],
    ['token_version', { ver: '3.0' }],
    ['token_tenant', { tid: 'contoso' }],
    ['token_expired', { exp: Math.floor(Date.now() / 1000) - 61 }],
    ['token_not_yet_valid', { nbf: Math.floor(Date.now() / 1000) + 90 }],
    ['token_lifetime', { exp: undefined }],
    ['token_subject', { oid: undefined }],
    ['token_no_permission', { scp: undefined }],
  ])('refuses a token for its %s (%o)', async (code, claims) => {
    const world = await startWorld();
    const app = await startApp(adapter, world.options(), { controllers });
    const { status, body, headers } = await app.get('/me', world.token(claims));
    expect({ status, code: body['code'] }).toEqual({ status: 401, code });
    expect(headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  it('refuses a token of another tenant that signs with published keys', async () => {
    const world = await startWorld();
    const foreign = world.emulator.addTenant();
    const app = await startApp(adapter, world.options(), { controllers });
    const token = world.token({ tid: foreign.tenantId });
    expect((await app.get('/me', token)).body['code']).toMatch(/^token_(issuer|tenant)$/);
  });

  it('refuses a token whose signature does not hold, and one of an unknown key', async () => {
    const world = await startWorld();
    const app = await startApp(adapter, world.options(), { controllers });
    const [header, , signature] = world.token().split('.');
    const [, payload] = world.token({ oid: BEN.oid }).split('.');
    expect((await app.get('/me', `${header}.${payload}.${signature}`)).body['code']).toBe('token_signature');
    const other = await startWorld();
    const foreign = other.token({
      iss: `${world.emulator.url}/${world.emulator.tenantId}/v2.0`,
      tid: world.emulator.tenantId,
    });
    expect((await app.get('/me', foreign)).body['code']).toBe('token_key');
  });

  it.each([
    ['none', { alg: 'none' }],
    ['HS256', { alg: 'HS256' }],
  ])('accepts RS256 alone: %s is refused', async (_name, header) => {
    const world = await startWorld();
    const app = await startApp(adapter, world.options(), { controllers });
    const [, payload, signature] = world.token().split('.');
    const forged = Buffer.from(JSON.stringify({ typ: 'JWT', kid: 'x', ...header })).toString('base64url');
    expect(await app.get('/me', `${forged}.${payload}.${signature}`)).toMatchObject({
      status: 401,
      body: { code: 'token_algorithm' },
    });
  });

  it('runs onTokenValidated on every request, with user, claims and request', async () => {
    const world = await startWorld();
    const seen: TokenValidatedContext[] = [];
    const app = await startApp(
      adapter,
      world.options({ onTokenValidated: async (context) => void seen.push(context) }),
      { controllers },
    );
    const token = world.token();
    await app.get('/me', token);
    await app.get('/me', token);
    expect(seen.map(({ user, claims }) => [user.oid, claims.scp])).toEqual([
      [ADELE.oid, 'access_as_user'],
      [ADELE.oid, 'access_as_user'],
    ]);
    expect(seen[0]?.request).toHaveProperty('headers');
    expect(Object.isFrozen(seen[0]?.user)).toBe(true);
  });

  it('refuses the request when onTokenValidated throws, and makes no exchange', async () => {
    const world = await startWorld();
    const app = await startApp(
      adapter,
      world.options({
        scopes: ['api://orders/Read'],
        onTokenValidated: ({ user }) => {
          if (user.oid === BEN.oid) throw new ForbiddenException('Not you');
          throw new Error('the directory of members does not know the user');
        },
      }),
      { controllers },
    );
    expect((await app.get('/me', world.token({ oid: BEN.oid }))).status).toBe(403);
    const refused = await app.get('/me', world.token());
    expect(refused).toMatchObject({ status: 401, body: { code: 'token_rejected' } });
    expect(refused.text).not.toContain('directory of members');
    expect(world.exchanges()).toEqual([]);
  });

  it('validate() fills the cache with options.scopes before the controller asks', async () => {
    const world = await startWorld();
    const app = await startApp(adapter, world.options({ scopes: ['api://orders/Read', 'User.Read'] }), {
      controllers,
    });
    const token = world.token();
    expect((await app.get('/source', token)).body).toEqual({ source: 'memory' });
    expect(world.exchanges()).toHaveLength(2);
    await app.get('/source', token);
    expect(world.exchanges()).toHaveLength(2);
  });
});
