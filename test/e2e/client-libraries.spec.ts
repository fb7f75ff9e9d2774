import {
  createDefaultHttpClient,
  bearerTokenAuthenticationPolicy,
  createPipelineFromOptions,
  createPipelineRequest,
} from '@azure/core-rest-pipeline';
import type { TokenCredential } from '@azure/core-auth';
import { HttpMethod, RequestInformation } from '@microsoft/kiota-abstractions';
import { FetchRequestAdapter, HttpClient, MiddlewareFactory } from '@microsoft/kiota-http-fetchlibrary';
import { Client, type AuthenticationProvider } from '@microsoft/microsoft-graph-client';
import { HttpModule, HttpService } from '@nestjs/axios';
import { Controller, Get, Injectable } from '@nestjs/common';
import axios, { AxiosError } from 'axios';
import { lastValueFrom } from 'rxjs';
import { inspect } from 'node:util';
import { DownstreamApi, InjectDownstreamApi, Public, TokenAcquisitionService } from 'nestjs-entra';
import { addAccessToken } from 'nestjs-entra/axios';
import { ApplicationTokenCredential, UserTokenCredential } from 'nestjs-entra/azure';
import { GraphAuthenticationProvider } from 'nestjs-entra/graph';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  insufficientClaims,
  startDownstream,
  startSecureDownstream,
  type DownstreamAnswer,
} from '../support/downstream-server.js';
import { ADAPTERS, startApp } from '../support/nest-app.js';
import { claimsOf } from '../support/tokens.js';
import { ADELE, BEN, ORDERS, startWorld } from '../support/world.js';

const CLAIMS = '{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}';

/** Asks for claims until another token than the first comes. */
function challengingOnce(): DownstreamAnswer {
  const refused = new Set<string | undefined>();
  return ({ token }, response) => {
    if (refused.size > 0 && !refused.has(token)) return { ok: true };
    refused.add(token);
    response.writeHead(401, { 'www-authenticate': insufficientClaims(CLAIMS) }).end();
    return undefined;
  };
}

describe.each(ADAPTERS)('The client of Microsoft Graph on %s', (adapter) => {
  it('calls Graph with the token of each caller, and sends it nowhere else', async () => {
    const graph = await startSecureDownstream(({ token = '' }) => ({ oid: claimsOf(token)['oid'] }));
    const elsewhere = await startSecureDownstream(() => ({}));
    const real = globalThis.fetch;
    onTestFinished(() => void vi.unstubAllGlobals());
    vi.stubGlobal('fetch', (input: string, init: RequestInit) => {
      const own = [graph, elsewhere].find(({ url }) => input.startsWith(url));
      return (own?.fetch ?? real)(input, init);
    });

    @Controller('graph')
    class GraphController {
      readonly client: Client;
      constructor(@InjectDownstreamApi('graph') api: DownstreamApi) {
        const authProvider: AuthenticationProvider = new GraphAuthenticationProvider(api);
        const { origin, hostname } = new URL(api.baseUrl);
        this.client = Client.initWithMiddleware({
          authProvider,
          baseUrl: `${origin}/`,
          customHosts: new Set([hostname]),
        });
      }
      @Get()
      me(): Promise<unknown> {
        return this.client.api('/me').select('id').get();
      }
    }
    const world = await startWorld();
    const api = { baseUrl: `${graph.url}/v1.0`, scopes: 'User.Read' };
    const app = await startApp(adapter, world.options({ downstreamApis: { graph: api } }), {
      controllers: [GraphController],
    });
    for (const { oid } of [ADELE, BEN]) {
      expect((await app.get('/graph', world.token({ oid }))).body).toEqual({ oid });
    }
    expect(graph.seen[0]?.url).toBe('/v1.0/me?$select=id');
  });
});

describe('A request adapter of Kiota', () => {
  async function start(answer: DownstreamAnswer) {
    const [world, graph] = await Promise.all([startWorld(), startDownstream(answer)]);
    const elsewhere = await startDownstream(() => ({}));

    @Controller('kiota')
    class KiotaController {
      readonly adapter: FetchRequestAdapter;
      constructor(@InjectDownstreamApi('graph') api: DownstreamApi) {
        const authentication = new GraphAuthenticationProvider(api);
        const http = new HttpClient(undefined, ...MiddlewareFactory.getDefaultMiddlewares());
        this.adapter = new FetchRequestAdapter(authentication, undefined, undefined, http);
      }
      @Get()
      async me() {
        return { ok: await this.send(`${graph.url}/v1.0/me`) };
      }
      @Get('elsewhere')
      async elsewhere() {
        return { ok: await this.send(`${elsewhere.url}/v1.0/me`) };
      }
      private async send(url: string): Promise<string> {
        const request = new RequestInformation(HttpMethod.GET);
        request.URL = url;
        const bytes = await this.adapter.sendPrimitive<ArrayBuffer>(request, 'ArrayBuffer', undefined);
        return Buffer.from(bytes ?? new ArrayBuffer()).toString();
      }
    }
    const downstreamApis = { graph: { baseUrl: `${graph.url}/v1.0`, scopes: 'User.Read' } };
    const app = await startApp('express', world.options({ downstreamApis }), {
      controllers: [KiotaController],
    });
    return { world, graph, elsewhere, app };
  }

  it('calls Graph with the token of the caller, and other places without', async () => {
    const { world, graph, elsewhere, app } = await start(() => ({ id: 1 }));
    expect((await app.get('/kiota', world.token())).body).toEqual({ ok: '{"id":1}' });
    expect(claimsOf(graph.seen[0]?.token ?? '')).toMatchObject({ oid: ADELE.oid });
    await app.get('/kiota/elsewhere', world.token());
    expect(elsewhere.seen.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  it('loses the token on a redirect to another place', async () => {
    const { world, graph, elsewhere, app } = await start((_request, response) => {
      response.writeHead(302, { location: `${elsewhere.url}/v1.0/me` }).end();
    });
    await app.get('/kiota', world.token());
    expect(graph.seen[0]?.token).toBeDefined();
    expect(elsewhere.seen.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  it('answers a claims challenge', async () => {
    const { world, graph, app } = await start(challengingOnce());
    const token = world.token();
    expect((await app.get('/kiota', token)).body).toEqual({ ok: '{"ok":true}' });
    expect(graph.seen).toHaveLength(2);
    expect((await app.get('/kiota', token)).status).toBe(200);
    expect(graph.seen).toHaveLength(3);
    expect(world.exchanges()).toHaveLength(2);
  });
});

describe.each(ADAPTERS)('A client of Azure on %s', (adapter) => {
  /** Lets the first token request wait until it is released. */
  function holdTokenRequests() {
    let release: () => void = () => undefined;
    let isHolding: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const holding = new Promise<void>((resolve) => (isHolding = resolve));
    const fetch =
      (real: typeof globalThis.fetch): typeof globalThis.fetch =>
      async (input, init) => {
        if (init?.method === 'POST') {
          isHolding();
          await released;
        }
        return real(input, init);
      };
    return { fetch, release, isHolding: holding };
  }

  async function start(
    answer: DownstreamAnswer,
    network = (real: typeof globalThis.fetch): typeof globalThis.fetch => real,
  ) {
    const [world, storage] = await Promise.all([startWorld(), startSecureDownstream(answer)]);
    let calls = 0;
    const clientOf = (credential: TokenCredential) => {
      const pipeline = createPipelineFromOptions({ retryOptions: { maxRetries: 0 } });
      const scopes = `${ORDERS.uri}/.default`;
      pipeline.addPolicy(bearerTokenAuthenticationPolicy({ credential, scopes }));
      return async () => {
        const request = createPipelineRequest({ url: storage.url });
        request.tlsSettings = { ca: storage.caCertificate };
        const { status, bodyAsText } = await pipeline.sendRequest(createDefaultHttpClient(), request);
        return { status, bodyAsText };
      };
    };

    @Controller('azure')
    class AzureController {
      shared: ReturnType<typeof clientOf> | undefined;
      readonly asApp: ReturnType<typeof clientOf>;
      constructor(private readonly tokens: TokenAcquisitionService) {
        this.asApp = clientOf(new ApplicationTokenCredential(tokens));
      }
      @Get('user')
      user() {
        return clientOf(new UserTokenCredential(this.tokens))();
      }
      @Get('app')
      app() {
        return this.asApp();
      }
      @Get('shared')
      async ofAll() {
        this.shared ??= clientOf(new UserTokenCredential(this.tokens));
        const sent = this.shared();
        calls++;
        return sent;
      }
      @Get('shared/public')
      @Public()
      async ofAnyone() {
        const sent = this.shared?.();
        calls++;
        return sent;
      }
    }
    const options = world.options({ network: { fetch: network(world.emulator.fetch) } });
    const app = await startApp(adapter, options, { controllers: [AzureController] });
    return { world, storage, app: Object.assign(app, { calls: () => calls }) };
  }

  it('calls with the token of its caller', async () => {
    const { world, storage, app } = await start(() => ({ ok: true }));
    for (const { oid } of [ADELE, BEN, ADELE]) await app.get('/azure/user', world.token({ oid }));
    expect(storage.seen.map(({ token = '' }) => claimsOf(token)['oid'])).toEqual([
      ADELE.oid,
      BEN.oid,
      ADELE.oid,
    ]);
  });

  it('that is kept for another caller is refused its token', async () => {
    const { world, storage, app } = await start(() => ({ ok: true }));
    expect((await app.get('/azure/shared', world.token())).status).toBe(200);
    const other = await app.get('/azure/shared', world.token({ oid: BEN.oid }));
    expect(other).toMatchObject({ status: 500, body: { code: 'configuration' } });
    expect(app.log.join('\n')).toContain(
      'A UserTokenCredential was used in the request of another caller; make it, and the client that gets it, anew for each request.',
    );
    expect(storage.seen).toHaveLength(1);
  });

  it.each([
    ['another caller', { oid: BEN.oid }, 'configuration'],
    ['nobody', undefined, 'no_user_assertion'],
  ])(
    'does not send the token of a caller, still in flight, with the call of %s',
    async (_who, other, code) => {
      const held = holdTokenRequests();
      const { world, storage, app } = await start(() => ({ ok: true }), held.fetch);
      const first = app.get('/azure/shared', world.token());
      await held.isHolding;
      // The shared client is waiting for the first caller's token: this call joins the wait and asks for none.
      const second = app.get(other ? '/azure/shared' : '/azure/shared/public', other && world.token(other));
      await vi.waitFor(() => expect(app.calls()).toBe(2));
      held.release();
      expect((await first).status).toBe(200);
      expect(await second).toMatchObject({ status: 500, body: { code } });
      expect(storage.seen.map(({ token = '' }) => claimsOf(token)['oid'])).toEqual([ADELE.oid]);
    },
  );

  it('calls as the application', async () => {
    const { world, storage, app } = await start(() => ({ ok: true }));
    for (const { oid } of [ADELE, BEN]) await app.get('/azure/app', world.token({ oid }));
    expect(new Set(storage.seen.map(({ token }) => token)).size).toBe(1);
    expect(claimsOf(storage.seen[0]?.token ?? '')['scp']).toBeUndefined();
    expect(world.exchanges()).toHaveLength(1);
  });

  it.each(['user', 'app'])(
    'answers a claims challenge as %s, and the refused token serves no more',
    async (as) => {
      const { world, storage, app } = await start(challengingOnce());
      const token = world.token();
      expect((await app.get(`/azure/${as}`, token)).body).toMatchObject({ status: 200 });
      expect((await app.get(`/azure/${as}`, token)).body).toMatchObject({ status: 200 });
      expect([storage.seen.length, world.exchanges().length]).toEqual([3, 2]);
      expect(JSON.parse(world.exchanges()[1]?.form['claims'] ?? '')).toMatchObject(
        JSON.parse(CLAIMS) as object,
      );
    },
  );
});

describe('A UserTokenCredential', () => {
  it('cannot be made where nobody calls', async () => {
    const world = await startWorld();
    const app = await startApp('express', world.options(), {});
    const tokens = app.nest.get(TokenAcquisitionService);
    expect(() => new UserTokenCredential(tokens)).toThrow(
      'A UserTokenCredential was made where no user calls; make it, and the client that gets it, while a protected request is served.',
    );
  });
});

describe.each(ADAPTERS)('The HttpService of @nestjs/axios on %s', (adapter) => {
  async function start(answer: DownstreamAnswer) {
    const [world, orders, elsewhere] = await Promise.all([
      startWorld(),
      startDownstream(answer),
      startDownstream(() => ({})),
    ]);
    const errors: unknown[] = [];

    @Injectable()
    class Orders {
      constructor(
        readonly http: HttpService,
        @InjectDownstreamApi('orders') api: DownstreamApi,
      ) {
        addAccessToken(http.axiosRef, api);
      }
    }

    @Controller('axios')
    class AxiosController {
      constructor(private readonly orders: Orders) {}
      @Get()
      own() {
        return this.send(`${orders.url}/v1/orders`);
      }
      @Get('above')
      above() {
        return this.send(`${orders.url}/v1/../admin`);
      }
      @Get('elsewhere')
      elsewhere() {
        return this.send(`${elsewhere.url}/v1/orders`);
      }
      private async send(url: string) {
        try {
          const { status } = await lastValueFrom(this.orders.http.post(url, { a: 1 }));
          return { status };
        } catch (error) {
          errors.push(error);
          return { status: (error as AxiosError).response?.status };
        }
      }
    }
    const downstreamApis = { orders: { baseUrl: `${orders.url}/v1`, scopes: 'api://orders/Read' } };
    const app = await startApp(adapter, world.options({ downstreamApis }), {
      imports: [HttpModule],
      providers: [Orders],
      controllers: [AxiosController],
    });
    return { world, orders, elsewhere, app, errors };
  }

  it('calls the API with the token of the caller, and other places without', async () => {
    const { world, orders, elsewhere, app } = await start(() => ({ ok: true }));
    for (const { oid } of [ADELE, BEN]) {
      expect((await app.get('/axios', world.token({ oid }))).body).toEqual({ status: 200 });
    }
    expect(orders.seen.map(({ token = '' }) => claimsOf(token)['oid'])).toEqual([ADELE.oid, BEN.oid]);
    await app.get('/axios/elsewhere', world.token());
    await app.get('/axios/above', world.token());
    expect(elsewhere.seen.map(({ token }) => token)).toEqual([undefined]);
    expect(orders.seen.at(-1)).toMatchObject({ url: '/admin', token: undefined });
  });

  it('takes the token nowhere on a redirect', async () => {
    const { world, orders, elsewhere, app } = await start((_request, response) => {
      response.writeHead(307, { location: `${elsewhere.url}/v1/orders` }).end();
    });
    expect((await app.get('/axios', world.token())).body).toEqual({ status: 307 });
    expect([orders.seen.length, elsewhere.seen.length]).toEqual([1, 0]);
  });

  it('answers a claims challenge once', async () => {
    const { world, orders, app } = await start(challengingOnce());
    const token = world.token();
    expect((await app.get('/axios', token)).body).toEqual({ status: 200 });
    expect((await app.get('/axios', token)).body).toEqual({ status: 200 });
    expect([orders.seen.length, world.exchanges().length]).toEqual([3, 2]);
    expect(orders.seen.map(({ body }) => body)).toEqual(Array(3).fill('{"a":1}'));
  });

  it('does not go on for ever, and no error of it shows the token', async () => {
    const { world, orders, app, errors } = await start((_request, response) => {
      response.writeHead(401, { 'www-authenticate': insufficientClaims(CLAIMS) }).end();
    });
    expect((await app.get('/axios', world.token())).body).toEqual({ status: 401 });
    expect(orders.seen).toHaveLength(2);
    expect(errors).toHaveLength(1);
    const shown = inspect(errors, { depth: 30, showHidden: true });
    for (const { token = '' } of orders.seen) expect(shown).not.toContain(token);
  });
});

describe('addAccessToken()', () => {
  it('is taken off again', async () => {
    const server = await startDownstream(() => ({}));
    const instance = axios.create({ baseURL: server.url });
    const getAccessToken = () => Promise.resolve('token');
    const api = {
      baseUrl: server.url,
      owns: () => true,
      getAccessToken,
      replaceAccessToken: () => Promise.resolve(undefined),
    };
    const remove = addAccessToken(instance, api);
    await instance.get('/a');
    remove();
    await instance.get('/a');
    expect(server.seen.map(({ token }) => token)).toEqual(['token', undefined]);
  });

  it.each(['outer first', 'inner first'])('gives the token of the nearest API, %s', async (order) => {
    const replacements: string[] = [];
    const server = await startDownstream(({ url, token }, response) => {
      if (url !== '/v1/orders/refused' || token !== 'inner') return {};
      response.writeHead(401, { 'www-authenticate': 'Bearer' }).end();
      return undefined;
    });
    const instance = axios.create({ baseURL: server.url });
    const apiOf = (name: string, baseUrl: string) => {
      let token = name;
      return {
        baseUrl,
        owns: (url: string) => `${url}/`.startsWith(`${baseUrl}/`),
        getAccessToken: () => Promise.resolve(token),
        replaceAccessToken: (refused: string) => {
          replacements.push(`${name} for ${refused}`);
          return Promise.resolve((token = `${name} again`));
        },
      };
    };
    const apis = [apiOf('outer', `${server.url}/v1`), apiOf('inner', `${server.url}/v1/orders`)];
    for (const api of order === 'outer first' ? apis : apis.reverse()) addAccessToken(instance, api);
    for (const path of ['/v1/mail', '/v1/orders/1', '/v1/orders/refused', '/v2']) await instance.get(path);
    expect(server.seen.map(({ token }) => token)).toEqual([
      'outer',
      'inner',
      'inner',
      'inner again',
      undefined,
    ]);
    expect(replacements).toEqual(['inner for inner']);
  });

  /** An API of one user after the other. */
  function apiOf(baseUrl: string, tokens: string[], failure?: Error) {
    return {
      baseUrl,
      owns: (url: string) => `${url}/`.startsWith(`${baseUrl}/`),
      getAccessToken: () => (failure ? Promise.reject(failure) : Promise.resolve(tokens.shift() ?? 'none')),
      replaceAccessToken: () => Promise.resolve(undefined),
    };
  }

  it('gives a request that is sent again the token of whoever sends it', async () => {
    const server = await startDownstream(() => ({}));
    const instance = axios.create();
    addAccessToken(instance, apiOf(server.url, ['of ada', 'of bob']));
    const { config } = await instance.get(`${server.url}/a`);
    await instance.request(config);
    expect(server.seen.map(({ token }) => token)).toEqual(['of ada', 'of bob']);
  });

  it('gives a request that an interceptor repeats after a failure a token again', async () => {
    const server = await startDownstream((_request, response) => {
      if (server.seen.length > 1) return {};
      response.writeHead(503).end();
      return undefined;
    });
    const instance = axios.create();
    addAccessToken(instance, apiOf(server.url, ['first', 'second']));
    instance.interceptors.response.use(undefined, (error: AxiosError) => instance.request(error.config!));
    expect((await instance.get(`${server.url}/a`)).status).toBe(200);
    expect(server.seen.map(({ token }) => token)).toEqual(['first', 'second']);
  });

  it('asks no other API for a token, and of two with one address the one that was added last', async () => {
    const server = await startDownstream(() => ({}));
    const instance = axios.create();
    addAccessToken(instance, apiOf(`${server.url}/v1`, ['inner']));
    const remove = addAccessToken(instance, apiOf(server.url, [], new Error('no consent')));
    await instance.get(`${server.url}/v1/a`);
    await expect(instance.get(`${server.url}/b`)).rejects.toThrow('no consent');
    const removeLast = addAccessToken(instance, apiOf(`${server.url}/v1`, ['last']));
    await instance.get(`${server.url}/v1/a`);
    removeLast();
    remove();
    await instance.get(`${server.url}/b`);
    expect(server.seen.map(({ token }) => token)).toEqual(['inner', 'last', undefined]);
  });
});
