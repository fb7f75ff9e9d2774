import { describe, expect, it } from 'vitest';
import { parseRequestedScopes } from './requested-scopes.js';

const GRAPH = 'https://graph.microsoft.com';

describe('parseRequestedScopes', () => {
  it('tells short scopes from full ones, and OpenID Connect words from both', () => {
    expect(parseRequestedScopes('user.read  OPENID offline_access')).toEqual({
      resource: GRAPH,
      values: ['user.read'],
      isDefault: false,
      isShort: true,
      oidcWords: new Set(['openid', 'offline_access']),
    });
    expect(parseRequestedScopes(`${GRAPH}/.DEFAULT`)).toMatchObject({ isDefault: true, isShort: false });
  });

  it('takes one resource in several letter cases', () => {
    expect(parseRequestedScopes('api://X/a api://x/b').values).toEqual(['a', 'b']);
  });

  it.each([
    [' ', 70011],
    ['a,b', 70011],
    [`${GRAPH}/.default ${GRAPH}/User.Read`, 70011],
    [`${GRAPH}/.default api://x/Read`, 70011],
    [`User.Read api://x/Read`, 28000],
    [`${GRAPH}/.default api://x/.default`, 28000],
  ])('refuses %j with %d', (scope, code) => {
    expect(() => parseRequestedScopes(scope)).toThrow(`AADSTS${code}:`);
  });
});
