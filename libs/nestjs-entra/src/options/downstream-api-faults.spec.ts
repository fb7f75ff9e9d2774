import { describe, expect, it } from 'vitest';
import { downstreamApiFaults } from './downstream-api-faults.js';
import type { EntraAuthOptions } from './entra-auth-options.js';

const clientCredentials = [{ sourceType: 'ClientSecret', clientSecret: 's' }];
const graph = { baseUrl: 'https://graph.microsoft.com/v1.0', scopes: ['User.Read'] };

function faults(downstreamApis: unknown, options: object = { clientCredentials }): string[] {
  return downstreamApiFaults({ ...options, downstreamApis } as unknown as EntraAuthOptions);
}

const BASE_URL =
  'give an absolute https URL without user name, query, fragment and dot segments, such as "https://graph.microsoft.com/v1.0" (http for a loopback address alone).';

describe('downstreamApiFaults', () => {
  it.each<[string, unknown]>([
    ['none', undefined],
    ['an empty object', {}],
    ['one API', { graph }],
    ['scopes as text', { 'graph-v1.0': { ...graph, scopes: 'User.Read Mail.Read' } }],
    [
      'every field',
      {
        graph: {
          ...graph,
          relativePath: 'me',
          requestAppToken: true,
          timeoutMs: 100,
          retries: 0,
          maxResponseBytes: 1024,
          fetch,
        },
      },
    ],
    ...[
      'https://api.contoso.com',
      'https://api.contoso.com/',
      'https://API.contoso.com:8443/a/b/',
      'http://localhost:3001',
      'http://127.0.0.1:3001/v1',
      'http://[::1]:3001',
      'https://api.contoso.com/a%20b',
    ].map((baseUrl): [string, unknown] => [baseUrl, { graph: { ...graph, baseUrl } }]),
  ])('are none for %s', (_what, apis) => {
    expect(faults(apis)).toEqual([]);
  });

  it.each([
    'graph.microsoft.com',
    '/v1.0',
    'http://api.contoso.com',
    'http://localhost.evil.example',
    'http://127.0.0.1.evil.example',
    'ftp://api.contoso.com',
    'https://api.contoso.com/?a=b',
    'https://api.contoso.com/#a',
    'https://api.contoso.com/a/../b',
    'https://api.contoso.com/a/./b',
    'https://api.contoso.com/a/%2e%2e/b',
    'https://api.contoso.com/a%2fb',
    'https://api.contoso.com/a%5Cb',
    'https://api.contoso.com//b',
    'https://api.contoso.com\\b',
    'https:api.contoso.com',
    ' https://api.contoso.com',
    'https://api.contoso.com/a b',
    '',
  ])('name a base address that is none: %j', (baseUrl) => {
    expect(faults({ graph: { ...graph, baseUrl } })).toEqual([
      `downstreamApis.graph.baseUrl is ${JSON.stringify(baseUrl)}; ${BASE_URL}`,
    ]);
  });

  it('show no password of a base address', () => {
    expect(faults({ graph: { ...graph, baseUrl: 'https://user:canary@api.contoso.com' } })).toEqual([
      `downstreamApis.graph.baseUrl is a URL with a user name; ${BASE_URL}`,
    ]);
  });

  it.each<[unknown, string]>([
    [
      'graph',
      'downstreamApis is "graph"; give an object of APIs by name, such as { graph: { baseUrl: "https://graph.microsoft.com/v1.0", scopes: ["User.Read"] } }.',
    ],
    [
      { 'a b': graph },
      'downstreamApis has an API named "a b"; give a name that begins with a letter and has up to 64 letters, digits, "_", "." and "-".',
    ],
    [{ graph: 'x' }, 'downstreamApis.graph is "x"; give an object with baseUrl and scopes.'],
    [
      { graph: { ...graph, baseURI: 'x' } },
      'downstreamApis.graph.baseURI is no option of nestjs-entra; did you mean downstreamApis.graph.baseUrl?',
    ],
    [{ graph: { scopes: ['User.Read'] } }, `downstreamApis.graph.baseUrl is missing; ${BASE_URL}`],
    [
      { graph: { ...graph, scopes: undefined } },
      'downstreamApis.graph.scopes is missing; name the scopes of the API, such as ["User.Read"].',
    ],
    [
      { graph: { ...graph, scopes: [] } },
      'downstreamApis.graph.scopes is []; name the scopes of the API, such as ["User.Read"].',
    ],
    [
      { graph: { ...graph, scopes: 'User.Read,Mail.Read' } },
      'downstreamApis.graph.scopes is "User.Read,Mail.Read"; commas do not separate scopes: give a list, such as ["User.Read", "Mail.Read"].',
    ],
    [
      { graph: { ...graph, scopes: ['"graph"'] } },
      'downstreamApis.graph.scopes is ["\\"graph\\""]; give a list of scopes.',
    ],
    [
      { graph: { ...graph, relativePath: 1 } },
      'downstreamApis.graph.relativePath is 1; give a path below baseUrl, such as "me".',
    ],
    [
      { graph: { ...graph, requestAppToken: 'yes' } },
      'downstreamApis.graph.requestAppToken is "yes"; give true or false.',
    ],
    [
      { graph: { ...graph, timeoutMs: 0 } },
      'downstreamApis.graph.timeoutMs is 0; give a whole number from 100 to 600000.',
    ],
    [
      { graph: { ...graph, retries: 6 } },
      'downstreamApis.graph.retries is 6; give a whole number from 0 to 5.',
    ],
    [
      { graph: { ...graph, maxResponseBytes: 1 } },
      'downstreamApis.graph.maxResponseBytes is 1; give a whole number from 1024 to 1073741824.',
    ],
    [
      { graph: { ...graph, fetch: 'fetch' } },
      'downstreamApis.graph.fetch is "fetch"; give a function with the signature of fetch, or leave it out.',
    ],
  ])('of %j are told in one sentence', (apis, sentence) => {
    expect(faults(apis)).toEqual([sentence]);
  });

  it('ask for a credential', () => {
    expect(faults({ graph }, {})).toEqual([
      'downstreamApis names "graph" and clientCredentials is empty; give the API a credential to exchange tokens with.',
    ]);
  });

  it('refuse Azure AD B2C', () => {
    expect(faults({ graph, orders: graph }, { instance: 'https://contoso.b2clogin.com' })).toEqual([
      'downstreamApis names "graph", "orders" and instance is "https://contoso.b2clogin.com"; Azure AD B2C has no on-behalf-of flow: remove downstreamApis, or use Microsoft Entra ID.',
    ]);
  });
});
