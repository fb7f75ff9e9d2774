import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../errors/configuration.error.js';
import { scopeName, scopeRequests, singleScopeRequest } from './scope-request.js';

const GRAPH = 'https://graph.microsoft.com';

/** Requests in a form that is short to write: resource, scopes as sent, names as compared. */
const short = (scopes: string[], graph = GRAPH) =>
  scopeRequests(scopes, graph).map(({ resource, scopes: sent, names }) => [resource, sent, [...names]]);

describe('scopeRequests', () => {
  it.each<[string, string[], unknown[]]>([
    ['a short scope is of Microsoft Graph', ['User.Read'], [[GRAPH, ['User.Read'], ['user.read']]]],
    [
      'short and full scopes of Microsoft Graph go together',
      ['user.read', `${GRAPH}/Mail.Read`],
      [[GRAPH, ['user.read', `${GRAPH}/Mail.Read`], ['user.read', 'mail.read']]],
    ],
    [
      'Microsoft Graph is also known by its client id',
      ['00000003-0000-0000-c000-000000000000/.default'],
      [[GRAPH, ['00000003-0000-0000-c000-000000000000/.default'], ['.default']]],
    ],
    ['an App ID URI is a resource', ['api://x/Read'], [['api://x', ['api://x/Read'], ['read']]]],
    ['a client id is a resource', ['2c9d/.default'], [['2c9d', ['2c9d/.default'], ['.default']]]],
    [
      'a trailing slash belongs to the resource',
      ['https://contoso.com//Read'],
      [['https://contoso.com/', ['https://contoso.com//Read'], ['read']]],
    ],
    [
      'a path belongs to the resource',
      ['https://contoso.com/api/Read'],
      [['https://contoso.com/api', ['https://contoso.com/api/Read'], ['read']]],
    ],
    [
      'resources compare without case',
      ['api://X/Read', 'API://x/Write'],
      [['api://x', ['api://X/Read', 'API://x/Write'], ['read', 'write']]],
    ],
    [
      'scopes compare without case, and the first spelling is sent',
      ['User.Read', 'USER.READ'],
      [[GRAPH, ['User.Read'], ['user.read']]],
    ],
    [
      'one text may hold several',
      [' User.Read  Mail.Read '],
      [[GRAPH, ['User.Read', 'Mail.Read'], ['user.read', 'mail.read']]],
    ],
    [
      'every resource has a request of its own',
      ['User.Read', 'api://x/Read', 'api://y/Read'],
      [
        [GRAPH, ['User.Read'], ['user.read']],
        ['api://x', ['api://x/Read'], ['read']],
        ['api://y', ['api://y/Read'], ['read']],
      ],
    ],
    ['what MSAL adds by itself is left out', ['openid', 'Profile', 'offline_access'], []],
    [
      '.default of one resource may stand beside scopes of another',
      ['api://x/.default', 'User.Read'],
      [
        ['api://x', ['api://x/.default'], ['.default']],
        [GRAPH, ['User.Read'], ['user.read']],
      ],
    ],
    ['nothing gives nothing', [], []],
  ])('%s', (_rule, scopes, expected) => {
    expect(short(scopes)).toEqual(expected);
  });

  it('puts short scopes under Microsoft Graph of the cloud', () => {
    expect(short(['User.Read'], 'https://graph.microsoft.us')[0]?.[0]).toBe('https://graph.microsoft.us');
  });

  it.each([
    [['.default', 'User.Read'], '.default, User.Read', GRAPH],
    [['api://x/Read', 'api://X/.default'], 'api://x/Read, api://X/.default', 'api://x'],
  ])('refuses .default beside a named scope of its resource: %j', (scopes, named, resource) => {
    expect(() => scopeRequests(scopes, GRAPH)).toThrow(ConfigurationError);
    expect(() => scopeRequests(scopes, GRAPH)).toThrow(
      `The scopes ${named} mix .default with named scopes of ${resource}; ask for .default alone, or for named scopes alone.`,
    );
  });
});

describe('singleScopeRequest', () => {
  it('gives the request of one resource', () => {
    expect(singleScopeRequest(['User.Read', 'Mail.Read'], GRAPH)).toMatchObject({
      resource: GRAPH,
      scopes: ['User.Read', 'Mail.Read'],
    });
  });

  it.each([[[]], [['']], [['openid']]])('refuses to ask for nothing: %j', (scopes) => {
    expect(() => singleScopeRequest(scopes, GRAPH)).toThrow(ConfigurationError);
    expect(() => singleScopeRequest(scopes, GRAPH)).toThrow(
      'No scope was given; name at least one scope of the downstream API, such as "User.Read".',
    );
  });

  it('refuses scopes of several resources and names them', () => {
    expect(() => singleScopeRequest(['User.Read', 'api://x/Read'], GRAPH)).toThrow(
      'The scopes User.Read, api://x/Read belong to 2 resources (https://graph.microsoft.com, api://x) and one token serves one resource; ask once for each.',
    );
  });
});

describe('scopeName', () => {
  it.each([
    ['User.Read', 'user.read'],
    ['https://graph.microsoft.com/User.Read', 'user.read'],
    ['https://contoso.com//.default', '.default'],
  ])('of %s is %s', (scope, name) => {
    expect(scopeName(scope)).toBe(name);
  });
});
