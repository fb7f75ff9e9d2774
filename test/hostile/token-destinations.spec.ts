import {
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createPipelineFromOptions,
  createPipelineRequest,
} from '@azure/core-rest-pipeline';
import { HttpMethod, RequestInformation } from '@microsoft/kiota-abstractions';
import { FetchRequestAdapter, HttpClient, MiddlewareFactory } from '@microsoft/kiota-http-fetchlibrary';
import { Client } from '@microsoft/microsoft-graph-client';
import axios, { type AxiosRequestConfig, type InternalAxiosRequestConfig } from 'axios';
import { addAccessToken } from 'nestjs-entra/axios';
import { ApplicationTokenCredential } from 'nestjs-entra/azure';
import { GraphAuthenticationProvider } from 'nestjs-entra/graph';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  startDownstream,
  startSecureDownstream,
  type DownstreamAnswer,
} from '../support/downstream-server.js';

const TOKEN = 'the-token-of-the-user';
const STATUSES = [301, 302, 303, 307, 308];

/** Sends a caller to `to`; everything else is answered. */
function redirecting(status: number, to: () => string): DownstreamAnswer {
  return ({ url }, response) => {
    if (!url.endsWith('/redirected')) return {};
    response.writeHead(status, { location: to() }).end();
    return undefined;
  };
}

const graphApi = (baseUrl: string) => ({
  baseUrl,
  getAccessToken: () => Promise.resolve(TOKEN),
  replaceAccessToken: () => Promise.resolve(undefined),
});

describe.each(STATUSES)('A redirect with status %i to another origin', (status) => {
  it('is not followed by an axios instance, whichever adapter sends the request', async () => {
    for (const adapter of ['http', 'fetch', ignoringMaxRedirects]) {
      const elsewhere = await startDownstream(() => ({}));
      const orders = await startDownstream(redirecting(status, () => `${elsewhere.url}/x`));
      const instance = instanceFor(`${orders.url}/v1`);
      const sent = instance.get(`${orders.url}/v1/redirected`, { adapter } as AxiosRequestConfig);
      await expect(sent).rejects.toMatchObject({ response: { status } });
      expect([orders.seen.length, elsewhere.seen.length]).toEqual([1, 0]);
    }
  });

  it('takes no token from the client of Microsoft Graph', async () => {
    const elsewhere = await startSecureDownstream(() => ({}));
    const graph = await startSecureDownstream(redirecting(status, () => `${elsewhere.url}/x`));
    onTestFinished(() => void vi.unstubAllGlobals());
    vi.stubGlobal('fetch', (input: string, init: RequestInit) =>
      (input.startsWith(graph.url) ? graph : elsewhere).fetch(input, init),
    );
    const client = Client.initWithMiddleware({
      authProvider: new GraphAuthenticationProvider(graphApi(graph.url)),
      baseUrl: `${graph.url}/`,
      customHosts: new Set(['localhost']),
    });
    await client
      .api('/redirected')
      .get()
      .catch(() => undefined);
    expect(graph.seen[0]?.token).toBe(TOKEN);
    expect(elsewhere.seen.map(({ token }) => token).filter(Boolean)).toEqual([]);
  });

  it('takes no token from a request adapter of Kiota', async () => {
    const elsewhere = await startDownstream(() => ({}));
    const graph = await startDownstream(redirecting(status, () => `${elsewhere.url}/x`));
    const http = new HttpClient(undefined, ...MiddlewareFactory.getDefaultMiddlewares());
    const authentication = new GraphAuthenticationProvider(graphApi(graph.url));
    const adapter = new FetchRequestAdapter(authentication, undefined, undefined, http);
    const request = new RequestInformation(HttpMethod.GET);
    request.URL = `${graph.url}/redirected`;
    await adapter.sendPrimitive(request, 'ArrayBuffer', undefined).catch(() => undefined);
    expect(graph.seen[0]?.token).toBe(TOKEN);
    expect(elsewhere.seen.map(({ token }) => token).filter(Boolean)).toEqual([]);
  });

  it('takes no token from a client of Azure', async () => {
    const elsewhere = await startSecureDownstream(() => ({}));
    const storage = await startSecureDownstream(redirecting(status, () => `${elsewhere.url}/x`));
    const pipeline = createPipelineFromOptions({ retryOptions: { maxRetries: 0 } });
    const credential = new ApplicationTokenCredential({
      getTokenForApp: () =>
        Promise.resolve({ accessToken: TOKEN, expiresOn: new Date(Date.now() + 3_600_000) }),
      replaceToken: () => Promise.resolve(TOKEN),
    });
    pipeline.addPolicy(bearerTokenAuthenticationPolicy({ credential, scopes: 'api://x/.default' }));
    const request = createPipelineRequest({ url: `${storage.url}/redirected` });
    request.tlsSettings = { ca: [storage.caCertificate, elsewhere.caCertificate] as unknown as string };
    await pipeline.sendRequest(createDefaultHttpClient(), request).catch(() => undefined);
    expect(storage.seen[0]?.token).toBe(TOKEN);
    expect(elsewhere.seen.map(({ token }) => token).filter(Boolean)).toEqual([]);
  });
});

/** The fetch adapter of axios 1.7 to 1.19 as far as redirects go: it passes `fetchOptions` on and nothing else. */
async function ignoringMaxRedirects(config: InternalAxiosRequestConfig): Promise<unknown> {
  const { fetchOptions } = config as { fetchOptions?: RequestInit };
  const headers = Object.fromEntries(Object.entries(config.headers.toJSON()).map(([k, v]) => [k, String(v)]));
  const response = await fetch(config.url ?? '', { ...fetchOptions, headers });
  const answer = { status: response.status, headers: {}, config, data: '', statusText: '', request: {} };
  if (response.ok) return answer;
  throw Object.assign(new Error('status'), { config, response: answer });
}

function instanceFor(baseUrl: string) {
  const instance = axios.create();
  addAccessToken(instance, {
    ...graphApi(baseUrl),
    owns: (url: string) => url.startsWith(`${baseUrl}/`),
  });
  return instance;
}

describe('An axios request that carries a token', () => {
  it('follows no redirect within the origin of the API either', async () => {
    const orders = await startDownstream(redirecting(307, () => '/admin'));
    for (const adapter of ['http', 'fetch', ignoringMaxRedirects]) {
      const sent = instanceFor(`${orders.url}/v1`).get(`${orders.url}/v1/redirected`, {
        adapter,
        maxRedirects: 5,
        fetchOptions: { redirect: 'follow' },
      } as AxiosRequestConfig);
      await expect(sent).rejects.toMatchObject({ response: { status: 307 } });
    }
    expect(orders.seen.map(({ url }) => url)).toEqual(Array(3).fill('/v1/redirected'));
  });

  it('loses the token when a transform or a later interceptor sends it to another place', async () => {
    const [orders, elsewhere] = [await startDownstream(() => ({})), await startDownstream(() => ({}))];
    const transformed = instanceFor(`${orders.url}/v1`);
    await transformed.get(`${orders.url}/v1/a`, {
      transformRequest: [
        function (this: AxiosRequestConfig, data: unknown) {
          this.url = `${elsewhere.url}/transformed`;
          return data;
        },
      ],
    });
    const intercepted = axios.create();
    intercepted.interceptors.request.use((config) => ({ ...config, url: `${elsewhere.url}/intercepted` }));
    const baseUrl = `${orders.url}/v1`;
    addAccessToken(intercepted, { ...graphApi(baseUrl), owns: (url) => url.startsWith(`${baseUrl}/`) });
    await intercepted.get(`${orders.url}/v1/a`);
    expect(elsewhere.seen.map(({ url, token }) => [url, token])).toEqual([
      ['/transformed', undefined],
      ['/intercepted', undefined],
    ]);
  });

  it('cannot be turned back into one that follows redirects by a transform', async () => {
    const orders = await startDownstream(redirecting(307, () => '/admin'));
    const sent = instanceFor(`${orders.url}/v1`).get(`${orders.url}/v1/redirected`, {
      transformRequest: function (this: AxiosRequestConfig, data: unknown) {
        this.maxRedirects = 5;
        return data;
      },
    });
    await expect(sent).rejects.toMatchObject({ response: { status: 307 } });
    expect(orders.seen).toHaveLength(1);
  });

  it('gets no token when its absolute URL is elsewhere, whatever allowAbsoluteUrls makes of it', async () => {
    const [orders, elsewhere] = [await startDownstream(() => ({})), await startDownstream(() => ({}))];
    const instance = instanceFor(`${orders.url}/v1`);
    await instance.get(`${elsewhere.url}/x`, {
      baseURL: `${orders.url}/v1`,
      allowAbsoluteUrls: false,
      // axios 1.8.0 and 1.8.1 send it to the absolute URL.
      adapter: ignoringMaxRedirects as AxiosRequestConfig['adapter'],
    });
    expect(elsewhere.seen.map(({ token }) => token)).toEqual([undefined]);
  });

  it('is sent again with one check only, and with the token of its new caller', async () => {
    const orders = await startDownstream(() => ({}));
    const instance = instanceFor(`${orders.url}/v1`);
    let { config } = await instance.get(`${orders.url}/v1/a`);
    const transforms = [config.transformRequest ?? []].flat().length;
    for (let i = 0; i < 3; i++) ({ config } = await instance.request(config));
    expect([config.transformRequest ?? []].flat()).toHaveLength(transforms);
    expect(orders.seen.map(({ token }) => token)).toEqual(Array(4).fill(TOKEN));
  });
});
