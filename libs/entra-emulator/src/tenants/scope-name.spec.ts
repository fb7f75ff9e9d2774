import { describe, expect, it } from 'vitest';
import { isOidcWord, parseScopeName } from './scope-name.js';

const GUID = '11111111-2222-4333-8444-555555555555';

describe('parseScopeName', () => {
  it.each([
    ['User.Read', 'https://graph.microsoft.com', 'User.Read', true],
    ['https://graph.microsoft.com/User.Read', 'https://graph.microsoft.com', 'User.Read', false],
    ['api://x/Read', 'api://x', 'Read', false],
    ['api://x/y/Read', 'api://x/y', 'Read', false],
    [`${GUID}/.default`, GUID, '.default', false],
    ['urn:shop:orders/Read', 'urn:shop:orders', 'Read', false],
    [
      'https://management.core.windows.net//.default',
      'https://management.core.windows.net/',
      '.default',
      false,
    ],
  ])('%s', (scope, resource, value, isShort) => {
    expect(parseScopeName(scope)).toEqual({ resource, value, isShort });
  });

  it.each([
    '',
    'a,b',
    'a"b',
    'a\\b',
    'schön',
    'api://x',
    'https://graph.microsoft.com',
    'api://x/',
    'x/Read',
    GUID,
  ])('%j is malformed', (scope) => {
    expect(parseScopeName(scope)).toBeUndefined();
  });
});

it('knows OpenID Connect words in any letter case', () => {
  expect(['openid', 'Profile', 'EMAIL', 'offline_access', 'User.Read'].map(isOidcWord)).toEqual([
    true,
    true,
    true,
    true,
    false,
  ]);
});
