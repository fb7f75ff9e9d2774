import { Controller, Get } from '@nestjs/common';
import {
  DownstreamApi,
  InjectDownstreamApi,
  TokenAcquisitionService,
  type DownstreamCallOptions,
  type EntraAuthOptions,
} from 'nestjs-entra';
import { addAccessToken } from 'nestjs-entra/axios';
import { ApplicationTokenCredential, UserTokenCredential } from 'nestjs-entra/azure';
import { GraphAuthenticationProvider } from 'nestjs-entra/graph';
import { KeyvTokenCacheStore } from 'nestjs-entra/keyv';
import { RedisTokenCacheStore } from 'nestjs-entra/redis';
import axios from 'axios';
import { describe, expect, it } from 'vitest';
import { ADAPTERS, startApp, type Adapter } from '../support/nest-app.js';
import { claims, forge, OTHER_TENANT, rsaKey, TENANT } from './support/forge.js';
import { API } from './support/identities.js';
import { Platform } from './support/platform.js';
import { polluted } from './support/polluted.js';

const key = rsaKey();
const token = forge(key);
const another = forge(key, { payload: claims({ jti: 'another' }) });

/** What somebody could put on `Object.prototype` to change a call whose options do not say otherwise. */
const NAMES: Record<string, unknown> = {
  as: 'app',
  tenantId: OTHER_TENANT,
  claims: '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}',
  forceRefresh: true,
  correlationId: '5a0a1a8c-3d0e-4f61-9a51-0000000000ff',
  signal: AbortSignal.abort(),
  abortSignal: AbortSignal.abort(),
  scopes: ['api://evil/Read'],
  scope: 'api://evil/.default',
  assertion: another,
  assertionType: 'saml-bearer',
  oboAssertion: another,
  username: 'evil',
  authority: `https://login.microsoftonline.com/${OTHER_TENANT}`,
  azureCloudOptions: { azureCloudInstance: 'https://login.microsoftonline.us', tenant: OTHER_TENANT },
  azureRegion: 'westeurope',
  attributeTokens: ['evil'],
  authenticationScheme: 'pop',
  claimsFromClient: '{"evil":1}',
  clientCertificate: { thumbprint: 'evil', privateKey: 'evil' },
  clientSecret: 'evil',
  dpopJkt: 'evil',
  fmiPath: 'evil',
  popKid: 'evil',
  redirectUri: 'https://evil.example',
  resource: 'api://evil',
  resourceRequestMethod: 'GET',
  shrClaims: 'evil',
  sshKid: 'evil',
  state: 'evil',
  storeInCache: { accessToken: false },
  userObjectId: OTHER_TENANT,
  proxyUrl: 'http://evil.example',
  cloudDiscoveryMetadata: '{}',
  knownAuthorities: ['evil.example'],
  authorityMetadata: '{}',
  extraQueryParameters: { evil: '1' },
  tokenQueryParameters: { evil: '1' },
  tokenBodyParameters: { evil: '1' },
  extraParameters: { evil: '1' },
  resourceRequestUri: 'https://evil.example',
  query: { evil: '1' },
  headers: { 'x-evil': '1' },
  method: 'DELETE',
  body: 'evil',
  timeoutMs: 1,
  retries: 5,
  // Of the options of fetch.
  dispatcher: { dispatch: () => false },
  integrity: 'sha256-evil',
  credentials: 'include',
  mode: 'no-cors',
  cache: 'only-if-cached',
  referrer: 'https://evil.example',
  referrerPolicy: 'unsafe-url',
  keepalive: true,
  duplex: 'half',
  keyPrefix: 'evil:',
};

/** What `fetch` reads of its options, by inheritance as well. */
const FETCH_OPTIONS = [
  'method',
  'body',
  'redirect',
  'dispatcher',
  'integrity',
  'credentials',
  'mode',
  'cache',
  'referrer',
  'referrerPolicy',
  'keepalive',
  'duplex',
];

/** Remembers what a `fetch` was asked, as undici reads it. */
class SentRequests {
  readonly all: unknown[] = [];

  over(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
    return (input, init = {}) => {
      const options = FETCH_OPTIONS.map((name) => readable((init as Record<string, unknown>)[name]));
      const headers = [...new Headers(init.headers)].map((header) => String(header));
      const url = String(input as string | URL).replace(/client-request-id=(.*)/, requestId);
      this.all.push([url, options, headers]);
      return fetch(input, init);
    };
  }
}

/** An identity platform whose tokens tell whether they are for a user or for the application. */
function namingGrant(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const answer = await fetch(input, init);
    if (typeof init?.body !== 'string') return answer;
    const grant = init.body.includes('client_credentials') ? 'of-the-app' : 'of-the-user';
    return Response.json({ ...((await answer.json()) as object), access_token: grant });
  };
}

/** Without what is another each time. */
function readable(value: unknown): unknown {
  if (typeof value !== 'string' || !value.includes('grant_type'))
    return typeof value === 'object' ? 'object' : value;
  const form = [...new URLSearchParams(value)].map((field) =>
    String(field).replace(/client-request-id,(.*)/, requestId),
  );
  return form.filter((field) => !/^x-client-(current|last)-telemetry,/.test(field)).toSorted();
}

function requestId(field: string, id: string): string {
  return id === NAMES['correlationId'] ? field : '';
}

/** Every call that takes options, once without and once with an object that sets none. */
async function calls(tokens: TokenAcquisitionService, orders: DownstreamApi): Promise<unknown> {
  const scope = 'api://orders/Read';
  const app = 'api://orders/.default';
  const results: unknown[] = [];
  for (const options of [undefined, {}] as const) {
    results.push(
      await tokens.getAccessTokenForUser(scope, options),
      await tokens.getAccessTokenForUser(scope, options),
      (await tokens.getTokenForUser('api://files/Read', options)).tenantId,
      (await tokens.getTokenForApp(app, options)).tenantId,
      (await tokens.acquireTokenOnBehalfOf({ assertion: token, tenantId: TENANT, scopes: scope }, options))
        .tenantId,
      await orders.getAccessToken(options),
      await orders.get('/1', options),
      await orders.post('/2', { sku: 'a' }, options),
      (await orders.call('/3', options)).status,
      ...(await integrations(tokens, orders, options)),
    );
    await tokens.evictTokenForUser(scope, options);
  }
  return results;
}

async function integrations(
  tokens: TokenAcquisitionService,
  orders: DownstreamApi,
  options: Record<string, never> | undefined,
): Promise<unknown[]> {
  const graph = new GraphAuthenticationProvider(orders, options);
  const request = {
    URL: `${orders.baseUrl}/x`,
    headers: new KiotaHeaders([['Authorization', 'Bearer known']]),
  };
  await graph.authenticateRequest(request, options);
  const instance = axios.create({
    adapter: (config) => Promise.resolve({ config, data: '', status: 200, statusText: '', headers: {} }),
  });
  addAccessToken(instance, orders, options);
  const { config } = await instance.get(`${orders.baseUrl}/x`);
  return [
    await graph.getAccessToken(),
    [...(request.headers.get('Authorization') ?? [])],
    String(config.headers.get('Authorization')),
    (await new UserTokenCredential(tokens).getToken('api://orders/Read', options)).token,
    (await new ApplicationTokenCredential(tokens).getToken('api://orders/.default', options)).token,
  ];
}

/** The headers of Kiota, as far as they are used. */
class KiotaHeaders extends Map<string, Iterable<string>> {
  add(name: string, value: string): void {
    this.set(name, [value]);
  }
}

async function start(adapter: Adapter) {
  const platform = new Platform(key);
  const sent = new SentRequests();
  const downstream = () => Promise.resolve(Response.json({ id: 1 }));
  const name = { current: '', value: undefined as unknown };

  @Controller()
  class CallsController {
    constructor(
      private readonly tokens: TokenAcquisitionService,
      @InjectDownstreamApi('orders') private readonly orders: DownstreamApi,
    ) {}

    @Get('calls')
    async all() {
      const work = () => calls(this.tokens, this.orders).catch((error: unknown) => String(error));
      return { results: await (name.current === '' ? work() : polluted(name.current, name.value, work)) };
    }
  }

  const options: EntraAuthOptions = {
    tenantId: TENANT,
    clientId: API.clientId,
    clientCredentials: [{ sourceType: 'ClientSecret', clientSecret: API.secret }],
    network: { fetch: sent.over(namingGrant(platform.fetch)), retries: 0 },
    downstreamApis: {
      orders: {
        baseUrl: 'https://orders.example',
        scopes: 'api://orders/Read',
        fetch: sent.over(downstream),
      },
    },
  };
  const app = await startApp(adapter, options, { controllers: [CallsController] });
  return async (pollution = '', value?: unknown) => {
    Object.assign(name, { current: pollution, value });
    const { status, body } = await app.get('/calls', token);
    return { status, body, sent: sent.all };
  };
}

const usualOn: Partial<Record<Adapter, Promise<unknown>>> = {};

describe.each(ADAPTERS)('A polluted Object.prototype while APIs are called, on %s', (adapter) => {
  it('changes no exchange and no call: the calls work without', async () => {
    const { status, body, sent } = await (await start(adapter))();
    expect([status, body['results']]).toEqual([200, expect.any(Array)]);
    expect(sent.length).toBeGreaterThan(8);
  });

  it.each(Object.entries(NAMES))('changes no exchange and no call: %s', async (name, value) => {
    const usual = await (usualOn[adapter] ??= start(adapter).then((run) => run()));
    expect(await (await start(adapter))(name, value)).toEqual(usual);
  });
});

it('A clientAssertion on Object.prototype, which msal-node takes for its own, ends the exchange and is not sent', async () => {
  const { status, body, sent } = await (await start('express'))('clientAssertion', 'evil');
  expect([status, body['results']]).toEqual([
    200,
    expect.stringContaining('IdentityPlatformUnavailableError'),
  ]);
  expect(JSON.stringify(sent)).not.toContain('evil');
});

describe('A polluted Object.prototype while a store is created', () => {
  it('is no key prefix', async () => {
    const keys: string[] = [];
    const note = (name: string) => {
      keys.push(name);
      return Promise.resolve(null);
    };
    const keyv = { get: note, set: note, delete: note };
    const redis = { status: 'ready', on: () => undefined, getBuffer: note, eval: note } as never;
    await polluted('keyPrefix', 'evil:', async () => {
      for (const options of [undefined, {}]) {
        await new KeyvTokenCacheStore(keyv, options).get('a');
        await new RedisTokenCacheStore(redis, options).get('a');
      }
    });
    expect(new Set(keys)).toEqual(new Set(['nestjs-entra:a']));
  });
});

/** Only here so that a new call option has to be listed above. */
const listed: Record<keyof DownstreamCallOptions, true> = {
  as: true,
  query: true,
  headers: true,
  signal: true,
  timeoutMs: true,
  retries: true,
  tenantId: true,
};

it('Every option of a downstream call is among the names', () => {
  expect(Object.keys(listed).filter((name) => !(name in NAMES))).toEqual([]);
});
