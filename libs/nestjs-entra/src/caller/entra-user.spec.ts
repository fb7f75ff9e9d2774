import { describe, expect, it } from 'vitest';
import type { AccessTokenClaims } from './access-token-claims.js';
import { toEntraUser } from './entra-user.js';

const claimsOf = (more: Readonly<Record<string, unknown>> = {}): AccessTokenClaims => ({
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
      roles: ['Reader'],
      clientApplicationId: 'client-v2',
      isAppOnly: false,
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
    ['an empty scp', { scp: '' }, false],
    ['idtyp app', { idtyp: 'app' }, true],
    ['idtyp app beside scp', { idtyp: 'app', scp: 'a' }, true],
    ['idtyp user without scp', { idtyp: 'user' }, false],
  ])('with %s: isAppOnly', (_what, more, isAppOnly) => {
    expect(toEntraUser(claimsOf(more)).isAppOnly).toBe(isAppOnly);
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
