import { describe, expect, it } from 'vitest';
import type { DirectoryTokenClaims } from './access-token-claims.js';
import { CONSUMER_TENANT_ID, toEntraUser, userOf } from './entra-user.js';

const TENANT = '7f3a1c52-0b1e-4f7a-9d43-1c2b3a4d5e6f';
const OTHER_TENANT = 'a1b2c3d4-0b1e-4f7a-9d43-1c2b3a4d5e6f';

const claimsOf = (more: Readonly<Record<string, unknown>> = {}): DirectoryTokenClaims => ({
  aud: 'api',
  iss: 'issuer',
  exp: 2_000_000_000,
  ver: '2.0',
  tid: 'tenant',
  oid: 'object',
  sub: 'subject',
  azp: 'client-v2',
  appid: 'client-v1',
  ...more,
});

describe('toEntraUser', () => {
  it('reads a user out of a v2.0 token', () => {
    const claims = claimsOf({
      scp: 'Files.Read  Files.Write',
      roles: ['Reader'],
      name: 'Ada',
      preferred_username: 'ada@contoso.com',
      upn: 'other@contoso.com',
    });
    expect(toEntraUser(claims)).toEqual({
      oid: 'object',
      tid: 'tenant',
      sub: 'subject',
      name: 'Ada',
      preferredUsername: 'ada@contoso.com',
      scopes: ['Files.Read', 'Files.Write'],
      scope: 'Files.Read  Files.Write',
      roles: ['Reader'],
      clientApplicationId: 'client-v2',
      isAppOnly: false,
      isGuest: false,
      claims,
    });
  });

  it('takes upn and appid out of a v1.0 token', () => {
    const user = toEntraUser(claimsOf({ ver: '1.0', scp: 'a', upn: 'ada@contoso.com' }));
    expect(user).toMatchObject({ preferredUsername: 'ada@contoso.com', clientApplicationId: 'client-v1' });
  });

  it.each([
    ['neither scp nor idtyp', {}, true],
    ['scp', { scp: 'a' }, false],
    ['an empty scp', { scp: '' }, true],
    ['a scp of spaces', { scp: '  ' }, true],
    ['a scp of a slash', { scp: '/' }, true],
    ['idtyp user and a scp of a slash', { idtyp: 'user', scp: '/' }, false],
    ['another idtyp beside scp', { idtyp: 'device', scp: 'a' }, true],
    ['idtyp in other letters beside scp', { idtyp: 'User', scp: 'a' }, true],
    ['an idtyp that is not a string', { idtyp: ['user'], scp: 'a' }, true],
    ['an idtyp of null', { idtyp: null, scp: 'a' }, true],
    ['idtyp app', { idtyp: 'app' }, true],
    ['idtyp app beside scp', { idtyp: 'app', scp: 'a' }, true],
    ['idtyp user without scp', { idtyp: 'user' }, false],
  ])('with %s: isAppOnly', (_what, more, isAppOnly) => {
    expect(toEntraUser(claimsOf(more)).isAppOnly).toBe(isAppOnly);
  });

  it.each([
    ['a scope', { scp: 'a' }, 'a'],
    ['a scope and a slash', { scp: 'a /' }, 'a /'],
    ['no scp', {}, ''],
    ['a slash', { idtyp: 'user', scp: '/' }, ''],
    ['spaces', { idtyp: 'user', scp: '  ' }, ''],
    ['the scp of an application', { idtyp: 'app', scp: 'a' }, ''],
  ])('gives scope as the token has it, and nothing for no scope: %s', (_what, more, scope) => {
    const user = toEntraUser(claimsOf(more));
    expect(user.scope).toBe(scope);
    expect(user.scopes).toEqual(scope === '' ? [] : ['a']);
  });

  it('gives a caller of unknown kind neither scopes nor roles', () => {
    const user = toEntraUser(claimsOf({ idtyp: 'device', scp: 'a', roles: ['Admin'] }));
    expect(user).toMatchObject({ isAppOnly: true, scopes: [], scope: '', roles: [] });
  });

  it('inherits nothing that was put on Object.prototype, nor do its claims', () => {
    const user = toEntraUser(claimsOf({ scp: 'a', nested: { a: 1 }, list: [{ b: 2 }] }));
    expect('x' in user || 'x' in user.claims).toBe(false);
    Object.defineProperty(Object.prototype, 'x', { value: 'polluted', configurable: true });
    try {
      const { nested, list } = user.claims as unknown as { nested: object; list: [object] };
      expect(['x' in user, 'x' in user.claims, 'x' in nested, 'x' in list[0]]).toEqual(
        Array.from({ length: 4 }, () => false),
      );
    } finally {
      delete (Object.prototype as { x?: unknown }).x;
    }
    expect(Object.prototype.hasOwnProperty.call(user.claims, 'scp')).toBe(true);
    expect(user.claims).toStrictEqual(JSON.parse(JSON.stringify(user.claims)));
  });

  it('gives an application no delegated scopes, whatever its token says', () => {
    const user = toEntraUser(claimsOf({ idtyp: 'app', scp: 'Files.Read', roles: ['Reader'] }));
    expect(user).toMatchObject({ scopes: [], roles: ['Reader'] });
  });

  it('leaves out names that are missing or no strings', () => {
    const user = toEntraUser(claimsOf({ name: 7, preferred_username: ['x'] }));
    expect(user).not.toHaveProperty('name');
    expect(user).not.toHaveProperty('preferredUsername');
    expect(user.roles).toEqual([]);
  });

  it('is frozen through and through, for one user object serves many requests', () => {
    const user = toEntraUser(claimsOf({ scp: 'a', roles: ['r'], nested: { list: [{}] } }));
    const nested = user.claims['nested'] as { list: object[] };
    const parts = [user, user.scopes, user.roles, user.claims, nested, nested.list, nested.list[0]];
    expect(parts.map((part) => Object.isFrozen(part))).toEqual(parts.map(() => true));
  });
});

describe('isGuest', () => {
  const issuer = `https://login.microsoftonline.com/${TENANT}/v2.0`;
  const isGuest = (more: Readonly<Record<string, unknown>>) =>
    toEntraUser(claimsOf({ tid: TENANT, iss: issuer, scp: 'a', ...more })).isGuest;

  it.each<[string, Record<string, unknown>]>([
    ['acct 1', { acct: 1 }],
    ['acct 1 as text', { acct: '1' }],
    ['a personal account', { idp: 'live.com' }],
    ['a personal account, named by its tenant', { idp: `https://sts.windows.net/${CONSUMER_TENANT_ID}/` }],
    ['an account of another tenant', { idp: `https://sts.windows.net/${OTHER_TENANT}/` }],
    ['an account of another tenant, v2.0', { idp: `https://login.microsoftonline.com/${OTHER_TENANT}/v2.0` }],
    ['a social account', { idp: 'google.com' }],
    ['an account of AD FS', { idp: 'http://sts.contoso.com/adfs/services/trust' }],
    ['an account of a host that is named like the tenant', { idp: `https://${TENANT}/` }],
    ['acct 1 beside its own tenant', { acct: 1, idp: issuer }],
    ['another identity provider beside acct 0', { acct: 0, idp: 'live.com' }],
  ])('is true of %s', (_what, claims) => {
    expect(isGuest(claims)).toBe(true);
  });

  it.each<[string, Record<string, unknown>]>([
    ['neither acct nor idp', {}],
    ['acct 0', { acct: 0 }],
    ['the issuer as idp', { idp: issuer }],
    ['its own tenant, v1.0', { idp: `https://sts.windows.net/${TENANT}/` }],
    ['its own tenant, in other letters', { idp: `https://sts.windows.net/${TENANT.toUpperCase()}/` }],
    ['its own tenant, of another cloud', { idp: `https://sts.chinacloudapi.cn/${TENANT}/` }],
    ['a personal account in its own tenant', { tid: CONSUMER_TENANT_ID, idp: 'live.com' }],
    ['an empty idp', { idp: '' }],
    ['idp that is no text', { idp: ['live.com'] }],
    ['an application', { scp: undefined, idp: `https://sts.windows.net/${TENANT}/` }],
    ['an application, whatever its token says', { idtyp: 'app', acct: 1, idp: 'live.com' }],
  ])('is false of %s', (_what, claims) => {
    expect(isGuest(claims)).toBe(false);
  });
});

describe('userOf', () => {
  it('takes from outside the claims who the caller is', () => {
    const claims = claimsOf({ ver: '1.0', tid: undefined, scp: 'a', idp: `https://x/${TENANT}/` });
    const identity = { oid: 'another', tid: TENANT, clientApplicationId: 'client' };
    expect(userOf(claims, identity)).toMatchObject({
      ...identity,
      isGuest: false,
    });
  });
});
