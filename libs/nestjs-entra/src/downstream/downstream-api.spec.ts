import { inspect } from 'node:util';
import { getEventListeners } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { ConfigurationError } from '../errors/configuration.error.js';
import { DownstreamHttpError } from '../errors/downstream-http.error.js';
import type { DownstreamApiOptions } from '../options/downstream-api-options.js';
import { resolveDownstreamApis } from '../options/downstream-apis.js';
import type { TokenAcquisitionService } from '../acquisition/token-acquisition.service.js';
import { DownstreamApi } from './downstream-api.js';
import { DownstreamTokens } from './downstream-tokens.js';

const CLAIMS = '{"access_token":{"nbf":{"essential":true,"value":"1"}}}';
const CHALLENGE = {
  'www-authenticate': `Bearer error="insufficient_claims", claims="${Buffer.from(CLAIMS).toString('base64')}"`,
};

type Fetch = (url: URL, init: RequestInit) => Promise<Response> | Response;

/** An API whose answers are given, and what it was asked. */
function apiOf(answers: Fetch | readonly Response[], changes: Partial<DownstreamApiOptions> = {}) {
  const asked: { url: string; token: string | null; init: RequestInit }[] = [];
  const queue = typeof answers === 'function' ? [] : [...answers];
  const fetch = (async (url: URL, init: RequestInit) => {
    asked.push({ url: url.href, token: new Headers(init.headers).get('authorization'), init });
    return typeof answers === 'function' ? await answers(url, init) : queue.shift();
  }) as typeof globalThis.fetch;
  const options = { baseUrl: 'https://orders.example/v1', scopes: 'api://orders/Read', fetch, ...changes };
  const [api] = resolveDownstreamApis({ orders: options }).values();
  const service = { replaceToken: vi.fn(() => Promise.resolve('canary-second')) };
  const real = new DownstreamTokens(api!, service as unknown as TokenAcquisitionService, 'https://graph');
  const tokens = {
    get: vi.spyOn(real, 'get').mockResolvedValue('canary-first'),
    replace: vi.spyOn(real, 'replace'),
  };
  return { api: new DownstreamApi(api!, real), asked, tokens, service };
}

const answer = (status: number, body: string | null = null, headers: Record<string, string> = {}) =>
  new Response(body, { status, headers });
const json = (value: unknown, type = 'application/json') =>
  answer(200, JSON.stringify(value), { 'content-type': type });

describe('The body of an answer', () => {
  it.each<[string, Response, unknown]>([
    ['JSON', json({ a: 1 }), { a: 1 }],
    ['JSON of a vendor', json({ a: 1 }, 'application/vnd.example.v2+json; charset=utf-8'), { a: 1 }],
    ['JSON in capitals', json({ a: 1 }, 'Application/JSON'), { a: 1 }],
    ['JSON with a byte order mark', answer(200, '\ufeff{"a":1}', { 'content-type': 'text/json' }), { a: 1 }],
    ['text', answer(200, 'a', { 'content-type': 'text/csv' }), 'a'],
    ['other bytes', answer(200, 'ab', { 'content-type': 'image/png' }), Buffer.from('ab')],
    ['nothing', answer(204), undefined],
    ['empty JSON', answer(200, '', { 'content-type': 'application/json' }), undefined],
  ])('that is %s', async (_what, response, value) => {
    expect(await apiOf([response]).api.get('/a')).toEqual(value);
  });

  it.each<[string, Response, unknown]>([
    ['a problem', answer(409, '{"type":"x"}', { 'content-type': 'application/problem+json' }), { type: 'x' }],
    ['a vendor', answer(409, '{"a":1}', { 'content-type': 'application/vnd.api+json' }), { a: 1 }],
    ['broken JSON', answer(409, '{', { 'content-type': 'application/json' }), '{'],
    ['text', answer(409, 'no', { 'content-type': 'text/plain' }), 'no'],
    ['bytes', answer(409, 'no', { 'content-type': 'image/png' }), undefined],
    ['too much', answer(409, 'x'.repeat(65_537), { 'content-type': 'text/plain' }), undefined],
    ['nothing', answer(409), undefined],
    ['a redirect', answer(302, null, { location: 'https://elsewhere.example' }), undefined],
  ])('of an error that is %s', async (_what, response, body) => {
    const error = (await apiOf([response])
      .api.get('/a')
      .catch((thrown: unknown) => thrown)) as DownstreamHttpError;
    expect(error).toBeInstanceOf(DownstreamHttpError);
    expect([error.status, error.body]).toEqual([response.status, body]);
  });

  it('that cannot be used is an error', async () => {
    const broken = apiOf([answer(200, '{', { 'content-type': 'application/json' })]).api.get('/a');
    await expect(broken).rejects.toMatchObject({
      reason: 'The downstream API orders answered with malformed JSON (GET)',
    });
    const large = apiOf([answer(200, 'x'.repeat(1_025))], { maxResponseBytes: 1_024 }).api.get('/a');
    await expect(large).rejects.toMatchObject({
      reason: 'The downstream API orders answered with more than 1024 bytes (GET)',
    });
    const off = new ReadableStream({ pull: (controller) => controller.error(new Error('reset')) });
    await expect(apiOf([new Response(off)]).api.get('/a')).rejects.toMatchObject({
      reason: 'The downstream API orders broke off its answer (GET)',
      cause: new Error('Error'),
    });
  });
});

describe('A request', () => {
  it.each<[string, unknown, string | null, unknown]>([
    ['an object', { a: 1 }, 'application/json', '{"a":1}'],
    ['a list', [1], 'application/json', '[1]'],
    ['null', null, 'application/json', 'null'],
    ['a number', 0, 'application/json', '0'],
    ['text', 'a', null, 'a'],
    ['a form', new URLSearchParams({ a: '1' }), null, new URLSearchParams({ a: '1' })],
    ['bytes', Buffer.from('a'), null, Buffer.from('a')],
    ['nothing', undefined, null, undefined],
  ])('with %s', async (_what, body, type, sent) => {
    const { api, asked } = apiOf([answer(204)]);
    await api.post('/a', body);
    expect(asked[0]?.init.body).toEqual(sent);
    expect(new Headers(asked[0]?.init.headers).get('content-type')).toBe(type);
  });

  it('has the method, the token and the headers, and follows no redirect', async () => {
    const { api, asked } = apiOf(() => answer(204));
    const headers = { 'content-type': 'application/merge-patch+json', Accept: 'text/csv' };
    await api.patch('/a', { a: 1 }, { headers });
    await api.put('/a', 'a');
    await api.delete('/a');
    await api.call('/a', { method: 'options' });
    expect(asked.map(({ init }) => [init.method, init.redirect])).toEqual(
      ['PATCH', 'PUT', 'DELETE', 'OPTIONS'].map((method) => [method, 'manual']),
    );
    expect(Object.fromEntries(new Headers(asked[0]?.init.headers))).toEqual({
      accept: 'text/csv',
      authorization: 'Bearer canary-first',
      'content-type': 'application/merge-patch+json',
    });
  });

  it.each([
    'Authorization',
    'cookie',
    'HOST',
    'Forwarded',
    'Via',
    'X-Forwarded-For',
    'x-forwarded-host',
    'X-Real-IP',
    'x-original-url',
    'x-original-forwarded-for',
    'X-ARR-ClientCert',
    'x-azure-clientip',
    'x-envoy-external-address',
    'x-ssl-client-cert',
    'x-client-cert',
    'fastly-client-ip',
    'true-client-ip',
    'cf-connecting-ip',
    'x-client-ip',
    'X-MS-CLIENT-PRINCIPAL',
    'x-ms-client-principal-id',
    'x-ms-token-aad-access-token',
    'Proxy-Authorization',
    'Connection',
    'Transfer-Encoding',
    'Content-Length',
    'TE',
    'Upgrade',
  ])('cannot set %s', async (name) => {
    const { api, asked, tokens } = apiOf([answer(204)]);
    await expect(api.get('/a', { headers: { [name]: 'canary' } })).rejects.toThrow(
      `The header ${name.toLowerCase()} was given to a call of a downstream API; it is set by nestjs-entra or belongs to the incoming request alone: remove it.`,
    );
    expect([asked.length, tokens.get.mock.calls.length]).toEqual([0, 0]);
  });

  it('that is wrong is told without what was in it', async () => {
    const { api } = apiOf([]);
    const thrown = async (call: () => Promise<unknown>) => {
      const error = await call().catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(ConfigurationError);
      return (error as ConfigurationError).faults.join();
    };
    expect(await thrown(() => api.get('/a', { headers: { 'x-a': 'canary\n' + 'é\u0100' } }))).toBe(
      'The headers of a call of a downstream API are not valid; give names and values as HTTP writes them.',
    );
    expect(await thrown(() => api.call('/a', { method: 'TRACE' }))).toBe(
      'The method of a call of orders is not one that can be sent.',
    );
    expect(await thrown(() => api.call('/a', { body: 'a' }))).toBe(
      'A GET call of orders has a body; send it with another method.',
    );
    expect(await thrown(() => api.get('/a', { as: 'admin' as 'app' }))).toBe(
      `A call of orders was made as "admin"; give 'user' or 'app'.`,
    );
    expect(await thrown(() => api.get('/a', { timeoutMs: Infinity }))).toBe(
      'timeoutMs of a call of orders is Infinity; give a whole number from 1 to 600000.',
    );
    expect(await thrown(() => api.get('/a', { retries: -1 }))).toBe(
      'retries of a call of orders is -1; give a whole number from 0 to 5.',
    );
    const circle: unknown[] = [];
    circle.push(circle);
    for (const [body, kind] of [
      [() => 1, 'function'],
      [circle, 'object'],
      [1n, 'bigint'],
    ] as const) {
      expect(await thrown(() => api.post('/a', body))).toBe(
        `The body of a call of a downstream API is a ${kind} that JSON cannot hold; give a value that JSON can hold, text, bytes, a form or a stream.`,
      );
    }
    expect(await thrown(() => api.get(['/a'] as never))).toBe(
      'The path of a call of a downstream API is no text.',
    );
  });

  it('is made as the application where the API or the call says so', async () => {
    const asUser = apiOf(() => answer(204));
    await asUser.api.get('/a', { as: 'app', tenantId: 't' });
    expect(asUser.tokens.get).toHaveBeenLastCalledWith(expect.objectContaining({ as: 'app', tenantId: 't' }));
    const asApp = apiOf(() => answer(204), { requestAppToken: true });
    await asApp.api.get();
    expect(asApp.tokens.get).toHaveBeenLastCalledWith(expect.objectContaining({ as: 'app' }));
    await asApp.api.get('/a', { as: 'user' });
    expect(asApp.tokens.get).toHaveBeenLastCalledWith(expect.objectContaining({ as: 'user' }));
  });

  it.each([{}, { as: undefined }])(
    'of a client of your own is made as the API says for %j',
    async (options) => {
      const { api, tokens } = apiOf([], { requestAppToken: true });
      await api.getAccessToken(options);
      expect(tokens.get).toHaveBeenLastCalledWith({ as: 'app' });
      await api.replaceAccessToken('canary-first', CHALLENGE['www-authenticate'], options);
      expect(tokens.replace).toHaveBeenLastCalledWith('canary-first', CLAIMS, { as: 'app' });
    },
  );

  it('that nobody answers is an error without the token, whatever a fetch puts into its own', async () => {
    const down = new TypeError('fetch failed', { cause: new Error('ECONNREFUSED') });
    await expect(apiOf(() => Promise.reject(down)).api.get('/a')).rejects.toMatchObject({
      reason: 'The downstream API orders could not be reached (GET)',
      status: undefined,
      cause: new Error('TypeError', { cause: new Error('Error') }),
    });
    const leaking = apiOf((_url, init) =>
      Promise.reject(Object.assign(new Error('x'), { raw: 'x'.repeat(10_001) + JSON.stringify(init), init })),
    );
    const error = await leaking.api.get('/a').catch((reason: unknown) => reason);
    expect(
      inspect(error, { depth: null, showHidden: true, maxStringLength: null, maxArrayLength: null }),
    ).not.toContain('canary');
  });

  it('shows neither options nor tokens', () => {
    expect(inspect(apiOf([]).api, { depth: 9, showHidden: true })).not.toMatch(/example|canary/);
  });
});

describe('A call is repeated', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] }));
  afterEach(() => void vi.useRealTimers());

  const waiting = (status: number, retryAfter?: string) =>
    answer(status, 'wait', retryAfter === undefined ? {} : { 'retry-after': retryAfter });

  it.each(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])(
    'after a 429 with Retry-After, when it is %s',
    async (method) => {
      const { api, asked } = apiOf([waiting(429, '3'), waiting(503, '2'), answer(200)]);
      const response = api.call('/a', { method });
      await vi.advanceTimersByTimeAsync(2_999);
      expect(asked).toHaveLength(1);
      await vi.advanceTimersByTimeAsync(101);
      expect(asked).toHaveLength(2);
      await vi.advanceTimersByTimeAsync(2_100);
      expect((await response).status).toBe(200);
      expect(asked).toHaveLength(3);
      expect(vi.getTimerCount()).toBe(0);
    },
  );

  it('soon, when nothing says how long to wait, and at most as often as it says', async () => {
    const { api, asked } = apiOf(() => waiting(503));
    const error = api.get('/a').catch((thrown: unknown) => thrown);
    await vi.advanceTimersByTimeAsync(124);
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(800);
    expect(await error).toMatchObject({ status: 503 });
    expect(asked).toHaveLength(3);
  });

  it.each<[string, Partial<DownstreamApiOptions>, Parameters<DownstreamApi['call']>[1], number]>([
    ['of another method', {}, { method: 'POST', body: {} }, 429],
    ['of another method, PATCH', {}, { method: 'PATCH', body: {} }, 503],
    ['with another status', {}, {}, 500],
    ['with another status, 502', {}, {}, 502],
    ['where it is switched off', { retries: 0 }, {}, 429],
    ['that switched it off', {}, { retries: 0 }, 503],
    ['with a stream', {}, { method: 'PUT', body: new ReadableStream() }, 503],
    ['that would be over before', { timeoutMs: 900 }, {}, 503],
    ['that would be over before, by its own word', {}, { timeoutMs: 900 }, 429],
  ])('not %s', async (_what, changes, options, status) => {
    const { api, asked } = apiOf(() => waiting(status, '1'), changes);
    const response = api.call('/a', options);
    await vi.advanceTimersByTimeAsync(5_000);
    expect((await response).status).toBe(status);
    expect(asked).toHaveLength(1);
  });

  it('not once its signal aborts: it ends at once, in the middle of the wait', async () => {
    const { api, asked } = apiOf(() => waiting(503, '20'));
    const abort = new AbortController();
    const thrown = api.get('/a', { signal: abort.signal }).catch((reason: unknown) => reason);
    await vi.advanceTimersByTimeAsync(1_000);
    abort.abort(new Error('enough'));
    expect(await thrown).toEqual(new Error('enough'));
    expect(asked).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('within its deadline alone', async () => {
    const { api } = apiOf(() => new Promise<Response>(() => undefined));
    const thrown = api.get('/a', { timeoutMs: 300 }).catch((reason: unknown) => reason);
    await vi.advanceTimersByTimeAsync(300);
    expect(await thrown).toMatchObject({
      reason: 'The downstream API orders did not answer within 300 ms (GET)',
      isTimeout: true,
      status: undefined,
    });
  });
});

describe('A stream that is to be sent', () => {
  it.each(['post', 'put', 'patch'] as const)('is let go of when %s() sends nothing', async (method) => {
    const file = Readable.from(['a']);
    await expect(apiOf([]).api[method]('/../x', file)).rejects.toThrow(ConfigurationError);
    expect(file.destroyed).toBe(true);
    const cancel = vi.fn();
    const { api, tokens } = apiOf([]);
    tokens.get.mockRejectedValueOnce(new Error('no token'));
    await expect(api[method]('/a', new ReadableStream({ cancel }))).rejects.toThrow('no token');
    expect(cancel).toHaveBeenCalledTimes(1);
  });

  it('is let go of by a raw call too', async () => {
    const file = Readable.from(['a']);
    const call = apiOf([]).api.call('/a', { method: 'POST', body: file, signal: AbortSignal.abort() });
    await expect(call).rejects.toThrow();
    expect(file.destroyed).toBe(true);
  });
});

describe('The chunks of a stream that is sent', () => {
  const echo: Fetch = async (_url, init) =>
    json({ got: Buffer.from(await new Response(init.body).arrayBuffer()).toString() });

  it.each<[string, () => unknown, string?]>([
    ['bytes', () => Readable.from([Buffer.from('a'), Buffer.from('é')])],
    ['text', () => Readable.from(['a', 'é'])],
    ['text with a character cut in two', () => Readable.from(['a\ud83d', '', '\ude00é']), 'a😀é'],
    ['text that ends in half a character', () => Readable.from(['aé\ud83d']), 'aé\ufffd'],
    ['text of a web stream', () => new Blob(['aé']).stream().pipeThrough(new TextDecoderStream())],
    [
      'a generator',
      async function* () {
        yield 'aé';
      },
    ],
  ])('may be %s', async (_what, streamOf, got = 'aé') => {
    expect(await apiOf(echo).api.post('/a', streamOf())).toEqual({ got });
  });

  it('that are neither say so at once', async () => {
    const server = createServer((request, response) => request.resume().on('end', () => response.end()));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.close();
      server.closeAllConnections();
    });
    const { port } = server.address() as AddressInfo;
    for (const chunk of [{ canary: 1 }, 1]) {
      const { api } = apiOf((url, init) => fetch(url, init), { baseUrl: `http://127.0.0.1:${port}` });
      const body = Readable.from(['a', chunk]);
      await expect(api.post('/a', body)).rejects.toThrow(
        `A stream that is sent to a downstream API has a chunk of type ${typeof chunk} in it; give a stream of bytes or text.`,
      );
      expect(body.destroyed).toBe(true);
    }
  });
});

describe('The signal of a raw call', () => {
  const listeners = (signal: AbortSignal) => getEventListeners(signal, 'abort').length;

  it('is let go when the body is read, cancelled, broken or missing', async () => {
    const { signal } = new AbortController();
    const { api } = apiOf(() => new Response('{"a":1}', { status: 201, headers: { 'x-a': 'b' } }));
    for (let call = 0; call < 50; call += 1) {
      const response = await api.call('/a', { signal });
      expect([response.status, response.headers.get('x-a'), listeners(signal)]).toEqual([201, 'b', 1]);
      expect(await response.json()).toEqual({ a: 1 });
    }
    expect(listeners(signal)).toBe(0);
    await (await api.call('/a', { signal })).body!.cancel();
    expect(listeners(signal)).toBe(0);
    const off = new ReadableStream({ pull: (controller) => controller.error(new Error('reset')) });
    const broken = await apiOf([new Response(off)]).api.call('/a', { signal });
    await expect(broken.text()).rejects.toThrow('reset');
    expect(listeners(signal)).toBe(0);
    await apiOf([answer(204)]).api.call('/a', { signal });
    expect(listeners(signal)).toBe(0);
  });

  it('is let go when nobody reads the body', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const { signal } = new AbortController();
    const { api, asked } = apiOf(() => new Response(new ReadableStream()));
    for (let call = 0; call < 20; call += 1) await api.call('/a', { signal });
    expect(listeners(signal)).toBe(20);
    asked.length = 0;
    await vi.waitFor(() => {
      collect();
      expect(listeners(signal)).toBeLessThan(2);
    });
  });
});

describe('A claims challenge', () => {
  it('is answered once with a better token', async () => {
    const { api, asked, tokens } = apiOf([answer(401, 'no', CHALLENGE), json({ a: 1 })]);
    expect(await api.post('/a', { a: 1 })).toEqual({ a: 1 });
    expect(asked.map(({ token }) => token)).toEqual(['Bearer canary-first', 'Bearer canary-second']);
    expect(tokens.replace).toHaveBeenCalledExactlyOnceWith(
      'canary-first',
      CLAIMS,
      expect.objectContaining({ as: 'user' }),
    );
  });

  it('is not answered twice', async () => {
    const { api, asked } = apiOf(() => answer(401, 'no', CHALLENGE));
    await expect(api.get('/a')).rejects.toMatchObject({ status: 401 });
    expect(asked).toHaveLength(2);
  });

  it('for other claims than a replacement was got for is answered as well', async () => {
    const wanting = (claims: string) =>
      answer(401, null, {
        'www-authenticate': `Bearer error="insufficient_claims", claims="${Buffer.from(claims).toString('base64')}"`,
      });
    const [c1, c2] = ['{"access_token":{"acrs":{"value":"c1"}}}', '{"access_token":{"acrs":{"value":"c2"}}}'];
    const { api, tokens } = apiOf([wanting(c1), json({ a: 1 }), wanting(c2), json({ a: 2 })]);
    expect(await api.get('/first')).toEqual({ a: 1 });
    tokens.get.mockResolvedValue('canary-second');
    expect(await api.get('/second')).toEqual({ a: 2 });
    expect(tokens.replace.mock.calls.map(([refused, claims]) => [refused, claims])).toEqual([
      ['canary-first', c1],
      ['canary-second', c2],
    ]);
  });

  it('of an API that is never content is handed on for five seconds, whatever it asks for', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'performance'] });
    onTestFinished(() => void vi.useRealTimers());
    let challenges = 0;
    const changing = () => Buffer.from(`{"access_token":{"a${++challenges}":null}}`).toString('base64');
    const { api, tokens, service } = apiOf(() =>
      answer(401, null, { 'www-authenticate': `Bearer error="insufficient_claims", claims="${changing()}"` }),
    );
    service.replaceToken.mockImplementation(() => {
      tokens.get.mockResolvedValue('canary-second');
      return Promise.resolve('canary-second');
    });
    const call = () => expect(api.get('/a')).rejects.toMatchObject({ status: 401 });
    for (let calls = 0; calls < 20; calls++) await call();
    expect(tokens.replace).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(4_999);
    await call();
    expect(tokens.replace).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1);
    await call();
    expect(tokens.replace).toHaveBeenCalledTimes(2);
    expect(inspect(api, { depth: 9, showHidden: true })).not.toContain('canary-second');
  });

  it('of a client of your own gets no second replacement for the same claims within five seconds', async () => {
    const { api, tokens } = apiOf([]);
    const replace = (refused: string) => api.replaceAccessToken(refused, CHALLENGE['www-authenticate']);
    expect(await replace('canary-first')).toBe('canary-second');
    expect(await replace('canary-second')).toBeUndefined();
    expect(tokens.replace).toHaveBeenCalledTimes(1);
    const other = CHALLENGE['www-authenticate'].replace(
      Buffer.from(CLAIMS).toString('base64'),
      Buffer.from('{"access_token":{"acrs":{"value":"c2"}}}').toString('base64'),
    );
    expect(await api.replaceAccessToken('canary-second', other)).toBe('canary-second');
  });

  it.each<[string, number, Record<string, string>]>([
    ['401 without a challenge', 401, {}],
    ['401 with another', 401, { 'www-authenticate': 'Bearer error="invalid_token"' }],
    ['403', 403, CHALLENGE],
  ])('is none: %s', async (_what, status, headers) => {
    const { api, asked, tokens } = apiOf(() => answer(status, null, headers));
    await expect(api.get('/a')).rejects.toMatchObject({ status });
    expect([asked.length, tokens.replace.mock.calls.length]).toEqual([1, 0]);
  });

  it('of a stream, which can be sent once, is for the next call', async () => {
    const { api, asked, tokens } = apiOf(() => answer(401, null, CHALLENGE));
    const body = new ReadableStream();
    await expect(api.post('/a', body)).rejects.toMatchObject({ status: 401 });
    expect(asked).toHaveLength(1);
    expect(asked[0]?.init).toMatchObject({ duplex: 'half' });
    expect(tokens.replace).toHaveBeenCalledExactlyOnceWith('canary-first', CLAIMS, expect.anything());
  });

  it('that only the user can answer is what the call throws', async () => {
    const { api, tokens } = apiOf(() => answer(401, null, CHALLENGE));
    tokens.replace.mockRejectedValueOnce(new Error('claims challenge'));
    await expect(api.get('/a')).rejects.toThrow('claims challenge');
  });
});

describe('A call over the network', () => {
  /** Answers with the beginning of a body, and never with its end. */
  async function hanging(): Promise<string> {
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"a":');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it('ends in the middle of a body, when its signal aborts and when its time is up', async () => {
    const { api } = apiOf([], { baseUrl: await hanging(), fetch: globalThis.fetch });
    const abort = new AbortController();
    setTimeout(() => abort.abort(new Error('enough')), 50);
    await expect(api.get('/a', { signal: abort.signal })).rejects.toThrow('enough');
    await expect(api.get('/a', { timeoutMs: 100 })).rejects.toMatchObject({ isTimeout: true });
    await expect(api.get('/a', { signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow('before');
  });

  it('gives a raw answer whose body outlives the deadline, and ends with the signal', async () => {
    const { api } = apiOf([], { baseUrl: await hanging(), fetch: globalThis.fetch });
    const abort = new AbortController();
    const response = await api.call('/a', { signal: abort.signal, timeoutMs: 100 });
    const reader = response.body!.getReader();
    expect(Buffer.from((await reader.read()).value!).toString()).toBe('{"a":');
    const rest = reader.read();
    await new Promise((resolve) => setTimeout(resolve, 150));
    abort.abort(new Error('enough'));
    await expect(rest).rejects.toThrow('enough');
  });
});
