import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { IdentityPlatformUnavailableError } from '../errors/acquisition.errors.js';
import { IdentityPlatformClient } from './identity-platform.client.js';

// The fake clock does not reach this module by itself.
vi.mock('node:timers/promises', () => ({
  setTimeout: (ms: number) => new Promise((resolve) => setTimeout(resolve, ms)),
}));

const REQUEST = {
  url: 'https://login.example/token',
  method: 'POST',
  headers: { a: 'b' },
  body: 'c=d',
} as const;
const TIMEOUT_MS = 10_000;

type Fetch = typeof globalThis.fetch;
type Step = () => Response | Promise<Response>;

/** A `fetch` that goes through these steps, one a call; the last one stays. */
function fakeFetch(...steps: Step[]) {
  return vi.fn<Fetch>(async () => {
    const step = steps.length > 1 ? steps.shift() : steps[0];
    if (!step) throw new Error('no step');
    return step();
  });
}

const json = (value: unknown, init?: ResponseInit) => () => Response.json(value, init);
const status =
  (code: number, headers: Record<string, string> = {}) =>
  () =>
    new Response('text', { status: code, headers });
const reset = () => Promise.reject(new TypeError('fetch failed', { cause: new Error('ECONNRESET') }));
const hang = () => new Promise<Response>(() => undefined);

const clientOf = (fetch: Fetch, retries = 1) =>
  new IdentityPlatformClient({ fetch, timeoutMs: TIMEOUT_MS, retries });

/** Sends, lets the fake clock run for as long as it takes, and gives what came of it. */
async function send(fetch: Fetch, retries = 1) {
  const sent = clientOf(fetch, retries).send(REQUEST);
  const outcome = sent.then(
    (answer) => ({ answer, error: undefined }),
    (error: unknown) => ({ answer: undefined, error: error as IdentityPlatformUnavailableError }),
  );
  await vi.advanceTimersByTimeAsync(2 * TIMEOUT_MS);
  return outcome;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('IdentityPlatformClient', () => {
  it('sends the request as it is, and follows no redirect', async () => {
    const fetch = fakeFetch(json({}));
    await send(fetch);
    expect(fetch).toHaveBeenCalledTimes(1);
    expect(fetch).toHaveBeenCalledWith(REQUEST.url, {
      method: 'POST',
      headers: { a: 'b' },
      body: 'c=d',
      redirect: 'manual',
      signal: expect.any(AbortSignal) as AbortSignal,
    });
  });

  it('gives status, headers and JSON', async () => {
    const { answer } = await send(fakeFetch(json({ ok: 1 }, { headers: { 'X-Ms-Request-Id': 'id' } })));
    expect(answer).toMatchObject({ status: 200, headers: { 'x-ms-request-id': 'id' }, json: { ok: 1 } });
  });

  it.each([400, 401, 404])('gives an answer with status %i, for it may hold an OAuth error', async (code) => {
    const fetch = fakeFetch(json({ error: 'invalid_grant' }, { status: code }));
    const { answer } = await send(fetch);
    expect(answer).toMatchObject({ status: code, json: { error: 'invalid_grant' } });
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  it.each(['<html>', '', '{"a":'])('gives no JSON for a body that is none: %j', async (body) => {
    const { answer } = await send(fakeFetch(() => new Response(body)));
    expect(answer).toMatchObject({ status: 200, json: undefined });
  });

  it.each<[string, Step]>([
    ['500', status(500)],
    ['503', status(503)],
    ['a reset', reset],
    ['no answer', hang],
  ])('asks once more after %s', async (_what, fault) => {
    const fetch = fakeFetch(fault, json({ ok: 1 }));
    const { answer } = await send(fetch);
    expect(answer).toMatchObject({ json: { ok: 1 } });
    expect(fetch).toHaveBeenCalledTimes(2);
  });

  it.each([
    [0, 1],
    [1, 2],
    [3, 4],
  ])('with %i retries asks %i times in all', async (retries, calls) => {
    const fetch = fakeFetch(status(502));
    const { error } = await send(fetch, retries);
    expect(error).toBeInstanceOf(IdentityPlatformUnavailableError);
    expect(error?.reason).toBe('The identity platform answered with status 502');
    expect(error?.platform).toEqual({ status: 502 });
    expect(fetch).toHaveBeenCalledTimes(calls);
  });

  it('waits a moment before it asks again', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const fetch = fakeFetch(status(500), json({}));
    const sent = clientOf(fetch).send(REQUEST);
    await vi.advanceTimersByTimeAsync(10);
    expect(fetch).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(250);
    expect(fetch).toHaveBeenCalledTimes(2);
    await expect(sent).resolves.toMatchObject({ status: 200 });
  });

  it('spreads those who failed together', async () => {
    const callsAfter = async (random: number) => {
      vi.spyOn(Math, 'random').mockReturnValue(random);
      const fetch = fakeFetch(status(500), json({}));
      const sent = clientOf(fetch).send(REQUEST);
      await vi.advanceTimersByTimeAsync(50);
      const calls = fetch.mock.calls.length;
      await vi.advanceTimersByTimeAsync(TIMEOUT_MS);
      await sent;
      return calls;
    };
    expect([await callsAfter(0), await callsAfter(0.99)]).toEqual([2, 1]);
  });

  it('does not ask again when it is throttled', async () => {
    const fetch = fakeFetch(status(429), json({}));
    const { error } = await send(fetch);
    expect(error?.reason).toBe('The identity platform answered with status 429');
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  it.each([
    [429, '60', 60],
    [503, '7', 7],
    [503, '9999', 300],
  ])('hands on when to come back, and does not ask before: %i, %s seconds', async (code, value, seconds) => {
    const fetch = fakeFetch(status(code, { 'Retry-After': value }), json({}));
    const { error } = await send(fetch);
    expect(error?.retryAfterSeconds).toBe(seconds);
    expect(error?.getStatus()).toBe(503);
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  it.each([300, 301, 302, 307, 308])('refuses a redirect with status %i', async (code) => {
    const fetch = fakeFetch(status(code, { location: 'https://elsewhere.example' }), json({}));
    const { error } = await send(fetch);
    expect(error?.reason).toBe(`The identity platform answered with status ${code}`);
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  it('reads no more than a mebibyte', async () => {
    const body = (bytes: number) => () => new Response(`"${'x'.repeat(bytes - 2)}"`);
    expect((await send(fakeFetch(body(1_048_576)))).answer?.json).toHaveLength(1_048_574);
    const fetch = fakeFetch(body(1_048_577), json({}));
    const { error } = await send(fetch);
    expect(error?.reason).toBe('The identity platform answered with more than 1048576 bytes');
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  it('stops reading a body without end', async () => {
    const cancel = vi.fn();
    const pull = (controller: ReadableStreamDefaultController<Uint8Array>) =>
      controller.enqueue(new Uint8Array(65_536));
    const { error } = await send(fakeFetch(() => new Response(new ReadableStream({ pull, cancel }))));
    expect(error?.reason).toBe('The identity platform answered with more than 1048576 bytes');
    expect(cancel).toHaveBeenCalledTimes(1);
  });

  it('gives up on an answer that never comes, and aborts the request', async () => {
    const fetch = fakeFetch(hang);
    const { error } = await send(fetch, 0);
    expect(error?.reason).toBe('The identity platform did not answer within 10000 ms');
    expect(fetch.mock.calls[0]?.[1]?.signal?.aborted).toBe(true);
  });

  it('gives up on a body that stops half-way, even one that abort does not end', async () => {
    const start = (controller: ReadableStreamDefaultController<Uint8Array>) =>
      controller.enqueue(new TextEncoder().encode('{"access_token":'));
    const { error } = await send(
      fakeFetch(() => new Response(new ReadableStream({ start }))),
      0,
    );
    expect(error?.reason).toBe('The identity platform did not answer within 10000 ms');
  });

  it('asks again after a body that breaks off', async () => {
    const broken = () =>
      new Response(
        new ReadableStream<Uint8Array>({
          pull(controller) {
            controller.error(new TypeError('terminated'));
          },
        }),
      );
    const fetch = fakeFetch(broken, json({ ok: 1 }));
    expect((await send(fetch)).answer).toMatchObject({ json: { ok: 1 } });
  });

  it.each([0, 1, 5])(
    'is through within its deadline, %i retries and the waits between included',
    async (retries) => {
      vi.spyOn(Math, 'random').mockReturnValue(0.99);
      const settled = vi.fn();
      const sent = clientOf(fakeFetch(hang), retries).send(REQUEST).catch(settled);
      await vi.advanceTimersByTimeAsync(TIMEOUT_MS);
      expect(settled).toHaveBeenCalledWith(expect.any(IdentityPlatformUnavailableError));
      await vi.advanceTimersByTimeAsync(TIMEOUT_MS);
      await sent;
    },
  );

  it('keeps the cause for the log', async () => {
    const { error } = await send(fakeFetch(reset), 0);
    expect(error?.reason).toBe('The identity platform could not be reached');
    expect(error?.cause).toMatchObject({ message: 'TypeError' });
  });

  it('names the code of the cause in the reason', async () => {
    const refused: typeof fetch = () =>
      Promise.reject(
        new TypeError('fetch failed', { cause: Object.assign(new Error('secret'), { code: 'ENOTFOUND' }) }),
      );
    const { error } = await send(refused, 0);
    expect(error?.reason).toBe('The identity platform could not be reached (ENOTFOUND)');
  });

  it('keeps nothing of an error that carries the request', async () => {
    const leaking: typeof fetch = (_url, init) =>
      Promise.reject(Object.assign(new Error(JSON.stringify(init)), { config: { data: init?.body } }));
    const client = new IdentityPlatformClient({ fetch: leaking, timeoutMs: 1_000, retries: 0 });
    const request = {
      url: 'https://login.example/token',
      method: 'POST',
      body: 'client_secret=canary',
    } as const;
    const error = await client.send(request).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(IdentityPlatformUnavailableError);
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain('canary');
  });

  it('leaves no timer behind', async () => {
    await send(fakeFetch(json({})));
    await send(fakeFetch(reset));
    expect(vi.getTimerCount()).toBe(0);
  });
});
