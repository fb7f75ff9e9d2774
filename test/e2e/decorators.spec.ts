import { Controller, Get } from '@nestjs/common';
import {
  CurrentUser,
  Public,
  RequiredAppRoles,
  RequiredScopes,
  RequiredScopesOrAppRoles,
  type EntraUser,
} from 'nestjs-entra';
import { describe, expect, it } from 'vitest';
import { ADAPTERS, startApp } from '../support/nest-app.js';
import { challengeOf } from '../support/tokens.js';
import { ADELE, API, startWorld } from '../support/world.js';

@Controller('reports')
@RequiredScopes('access_as_user', 'reports.read')
class ReportsController {
  @Get()
  any() {
    return {};
  }

  @Get('narrow')
  @RequiredScopes('reports.read')
  narrow() {
    return {};
  }

  @Get('all')
  @RequiredScopes.all('access_as_user', 'reports.read')
  all() {
    return {};
  }

  @Get('role')
  @RequiredAppRoles('Reports.Read.All')
  role() {
    return {};
  }
}

@Controller('either')
class EitherController {
  @Get()
  @RequiredScopesOrAppRoles({ scopes: ['reports.read'], roles: ['Reports.Read.All'] })
  either() {
    return {};
  }

  @Get('roles')
  @RequiredAppRoles('Reports.Read.All')
  roles() {
    return {};
  }
}

@Controller('user')
class UserController {
  @Get()
  user(@CurrentUser() user: EntraUser) {
    return { oid: user.oid, frozen: Object.isFrozen(user) && Object.isFrozen(user.claims) };
  }

  @Get('field')
  field(@CurrentUser('name') name: string, @CurrentUser('scopes') scopes: readonly string[]) {
    return { name, scopes };
  }
}

@Controller('open')
@Public()
class OpenController {
  @Get()
  open(@CurrentUser() user?: EntraUser) {
    return { user: user ?? null };
  }

  @Get('closed')
  @Public(false)
  closed() {
    return {};
  }
}

const controllers = [ReportsController, EitherController, UserController, OpenController];

describe.each(ADAPTERS)('Decorators on %s', (adapter) => {
  const start = async () => {
    const world = await startWorld();
    return { world, app: await startApp(adapter, world.options(), { controllers }) };
  };

  it('@Public() opens all routes of a controller, with and without a token', async () => {
    const { world, app } = await start();
    for (const token of [undefined, world.token(), 'no-token-at-all']) {
      expect(await app.get('/open', token)).toMatchObject({ status: 200, body: { user: null } });
    }
  });

  it('@Public(false) closes a route of an open controller', async () => {
    const { world, app } = await start();
    expect((await app.get('/open/closed')).status).toBe(401);
    expect((await app.get('/open/closed', world.token())).status).toBe(200);
  });

  it('@CurrentUser() gives the frozen user, or a field of it', async () => {
    const { world, app } = await start();
    const token = world.token();
    expect((await app.get('/user', token)).body).toEqual({ oid: ADELE.oid, frozen: true });
    expect((await app.get('/user/field', token)).body).toEqual({
      name: ADELE.name,
      scopes: ['access_as_user'],
    });
  });

  it('@RequiredScopes() lets in a caller with any of the scopes, and names them to others', async () => {
    const { world, app } = await start();
    expect((await app.get('/reports', world.token())).status).toBe(200);
    expect((await app.get('/reports', world.token({ scp: 'openid reports.read' }))).status).toBe(200);
    const refused = await app.get('/reports', world.token({ scp: 'Reports.Read reports.readwrite' }));
    expect(refused).toMatchObject({ status: 403, body: { code: 'insufficient_scope' } });
    expect(challengeOf(refused.headers.get('www-authenticate'))).toMatchObject({
      realm: API.clientId,
      error: 'insufficient_scope',
      scope: 'access_as_user reports.read',
    });
  });

  it('what stands on class and handler must both hold', async () => {
    const { world, app } = await start();
    expect((await app.get('/reports/narrow', world.token())).status).toBe(403);
    expect((await app.get('/reports/narrow', world.token({ scp: 'reports.read' }))).status).toBe(200);
    expect((await app.get('/reports/role', world.token())).status).toBe(403);
    expect((await app.get('/reports/role', world.token({ roles: ['Reports.Read.All'] }))).status).toBe(200);
    expect(
      (await app.get('/reports/role', world.token({ scp: 'other', roles: ['Reports.Read.All'] }))).status,
    ).toBe(403);
  });

  it('@RequiredScopes.all() asks for every scope', async () => {
    const { world, app } = await start();
    expect((await app.get('/reports/all', world.token())).status).toBe(403);
    expect((await app.get('/reports/all', world.token({ scp: 'reports.read access_as_user' }))).status).toBe(
      200,
    );
  });

  it('@RequiredScopes() is never satisfied by an app-only token', async () => {
    const { world, app } = await start();
    const appOnly = world.token({ scp: undefined, roles: ['access_as_user', 'reports.read'] });
    expect(await app.get('/reports', appOnly)).toMatchObject({
      status: 403,
      body: { code: 'app_only_caller' },
    });
    const pretender = world.token({ idtyp: 'app', scp: 'reports.read', roles: ['x'] });
    expect(await app.get('/reports', pretender)).toMatchObject({
      status: 403,
      body: { code: 'app_only_caller' },
    });
  });

  it('@RequiredScopesOrAppRoles() takes scopes of users and roles of applications, not the other way round', async () => {
    const { world, app } = await start();
    const roles = ['Reports.Read.All'];
    expect((await app.get('/either', world.token({ scp: 'reports.read' }))).status).toBe(200);
    expect((await app.get('/either', world.token({ scp: undefined, roles }))).status).toBe(200);
    expect((await app.get('/either', world.token({ roles }))).status).toBe(403);
    expect((await app.get('/either', world.token({ scp: undefined, roles: ['reports.read'] }))).status).toBe(
      403,
    );
    expect((await app.get('/either/roles', world.token({ roles }))).status).toBe(200);
  });

  it('a decorator without a scope stops the boot', () => {
    expect(() => RequiredScopes()).toThrow('@RequiredScopes was given nothing');
    expect(() => RequiredScopes.all()).toThrow('@RequiredScopes.all was given nothing');
    expect(() => RequiredAppRoles()).toThrow('@RequiredAppRoles was given nothing');
    expect(() => RequiredScopesOrAppRoles({ scopes: [], roles: [] })).toThrow('was given nothing');
    expect(() => RequiredScopes('a b')).toThrow('@RequiredScopes was given ["a b"]');
    expect(() => RequiredScopes(undefined as unknown as string)).toThrow('@RequiredScopes was given');
  });
});
