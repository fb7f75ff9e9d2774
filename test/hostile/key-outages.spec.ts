import { beforeEach, describe, expect, it } from 'vitest';
import { takeOverClocks, type Clocks } from '../support/clocks.js';
import { ADAPTERS, type Adapter } from '../support/nest-app.js';
import { claims, forge, INSTANCE, rsaKey, TENANT, type TestKey } from './support/forge.js';
import { Platform } from './support/platform.js';
import { expectInvalidToken, expectNoEcho, expectUnavailable } from './support/refusal.js';
import { startTarget, type Target } from './support/target.js';

const key = rsaKey();
const nextKey = rsaKey();
const KEYS = `${INSTANCE}/${TENANT}/discovery/v2.0/keys`;
const HOUR_MS = 3_600_000;

// Only the date: the connections have timers of their own.
// Not the clock that the tests set.
const realMs = performance.now.bind(performance);
let clocks: Clocks;
beforeEach(() => void (clocks = takeOverClocks(1_800_000_000_000)));
const pass = (ms: number): void => clocks.pass(ms);

/** A token that nobody has sent before. */
let serial = 0;
const fresh = (by: TestKey, header = {}): string =>
  forge(by, { header, payload: claims({ serial: ++serial }) });

/** A body that keeps coming, and never ends. */
const endless = (bytes: number, everyMs: number): ReadableStream<Uint8Array> => {
  let timer: NodeJS.Timeout | undefined;
  return new ReadableStream({
    start(controller) {
      timer = setInterval(() => controller.enqueue(new Uint8Array(bytes)), everyMs);
      timer.unref();
    },
    cancel: () => clearInterval(timer),
  });
};

const outages: [what: string, answer: () => Response | Promise<Response>][] = [
  ['500', () => new Response('canary', { status: 500 })],
  ['503 that says when', () => new Response('canary', { status: 503, headers: { 'retry-after': '7' } })],
  ['503 that says a day', () => new Response('canary', { status: 503, headers: { 'retry-after': '86400' } })],
  [
    '503 that says nonsense',
    () => new Response('canary', { status: 503, headers: { 'retry-after': '-1; canary' } }),
  ],
  ['429', () => new Response('canary', { status: 429 })],
  ['404', () => Response.json({ keys: [key.jwk] }, { status: 404 })],
  ['204', () => new Response(null, { status: 204 })],
  ['a reset', () => Promise.reject(new TypeError('fetch failed: canary'))],
  ['a redirect', () => Response.redirect('https://canary.example/keys', 302)],
  [
    'a redirect to keys',
    () =>
      Response.json(
        { keys: [key.jwk] },
        { status: 307, headers: { location: 'https://canary.example/keys' } },
      ),
  ],
  ['HTML', () => new Response('<html>canary</html>', { headers: { 'content-type': 'text/html' } })],
  ['JSON cut short', () => new Response(JSON.stringify({ keys: [key.jwk] }).slice(0, -5))],
  ['nothing', () => new Response('')],
  ['null', () => Response.json(null)],
  ['a list', () => Response.json([key.jwk])],
  ['keys that are no list', () => Response.json({ keys: { 0: key.jwk } })],
  ['no key', () => Response.json({ keys: [] })],
  ['no usable key', () => Response.json({ keys: [{ ...key.jwk, use: 'enc' }] })],
  [
    'keys behind 2 MiB of blanks',
    () => new Response(`${' '.repeat(2 * 1024 * 1024)}${JSON.stringify({ keys: [key.jwk] })}`),
  ],
  ['a body that grows without end', () => new Response(endless(512 * 1024, 1))],
];

describe.each(ADAPTERS)('Signing keys out of reach, on %s', (adapter) => {
  const start = (): Promise<Target> => startTarget(adapter, { platform: new Platform(key) });

  it('at the start: 503 for every kind of outage, one request a second, and well again with the endpoint', async () => {
    for (const [what, answer] of outages) {
      const platform = new Platform(key);
      platform.keysAnswer = answer;
      const target = await startTarget(adapter, { platform });
      const token = fresh(key);
      for (let again = 0; again < 3; again++) {
        const reply = await target.get(token);
        expectUnavailable(reply);
        expectNoEcho(reply, token);
      }
      expect([what, ...platform.asked]).toEqual([what, KEYS]);
      platform.keysAnswer = undefined;
      pass(1_000);
      expect((await target.get(token)).status).toBe(200);
    }
  });

  it.each([
    ['7', '7'],
    ['86400', '300'],
    ['0', '1'],
    ['soon', '5'],
  ])('hands on when to come back: %s as %s', async (said, seconds) => {
    const target = await start();
    pass(5_000);
    target.platform.keysAnswer = () => new Response('', { status: 503, headers: { 'retry-after': said } });
    const reply = await target.get(fresh(nextKey));
    expectUnavailable(reply);
    expect(reply.header('retry-after')).toBe(seconds);
  });

  it('later: known keys serve, unknown ones cannot be decided on, and no token is exchanged for them', async () => {
    const target = await start();
    expect((await target.get(fresh(key))).status).toBe(200);
    const { tokenRequests } = target.platform;
    for (const [, answer] of outages) {
      target.platform.keysAnswer = answer;
      pass(5_000);
      expectUnavailable(await target.get(fresh(nextKey)));
    }
    expect(target.platform.tokenRequests).toBe(tokenRequests);
    expect((await target.get(fresh(key))).status).toBe(200);
    pass(HOUR_MS + 1);
    expect((await target.get(fresh(key))).status).toBe(200);
    expect(target.log.filter((line) => line.startsWith('error'))).toEqual([]);
    expect(target.platform.asked.filter((url) => !url.startsWith(`${INSTANCE}/`))).toEqual([]);
    target.platform.keysAnswer = undefined;
    target.platform.published = [key.jwk, nextKey.jwk];
    // A renewal that began during the outage may still be under way.
    await expect
      .poll(async () => {
        pass(5_000);
        return (await target.get(fresh(nextKey))).status;
      })
      .toBe(200);
  });

  it('keys that could not be renewed for a day are trusted no more', async () => {
    const target = await start();
    expect((await target.get(fresh(key))).status).toBe(200);
    target.platform.keysAnswer = () => new Response('', { status: 503 });
    pass(24 * HOUR_MS - 60_000);
    expect((await target.get(fresh(key))).status).toBe(200);
    pass(60_000);
    expectUnavailable(await target.get(fresh(key)));
  });

  it('100 unknown keys at once cost one request, and good tokens are served meanwhile', async () => {
    const target = await start();
    expect((await target.get(fresh(key))).status).toBe(200);
    const known = target.platform.keyRequests;
    let answerNow: (response: Response) => void = () => undefined;
    target.platform.keysAnswer = () => new Promise<Response>((resolve) => (answerNow = resolve));
    pass(5_000);
    const connections = await Promise.all(Array.from({ length: 100 }, () => target.anotherConnection()));
    const flood = connections.map((connection, index) =>
      connection.send('GET', '/me', [`Authorization: Bearer ${fresh(key, { kid: `unknown-${index}` })}`]),
    );
    for (let again = 0; again < 20; again++) expect((await target.get(fresh(key))).status).toBe(200);
    answerNow(Response.json({ keys: [key.jwk] }));
    for (const reply of await Promise.all(flood)) expectInvalidToken(target, reply, 'token_key');
    for (let again = 0; again < 50; again++)
      expectInvalidToken(target, await target.get(fresh(key, { kid: `later-${again}` })), 'token_key');
    expect(target.platform.keyRequests - known).toBe(1);
    expect((await target.get(fresh(key))).status).toBe(200);
    for (const connection of connections) connection.close();
  });

  it('a new key is accepted when the cooldown is over, flood or no flood', async () => {
    const target = await start();
    expect((await target.get(fresh(key))).status).toBe(200);
    pass(5_000);
    for (let index = 0; index < 20; index++) await target.get(fresh(key, { kid: `unknown-${index}` }));
    target.platform.published = [nextKey.jwk, key.jwk];
    const token = fresh(nextKey);
    pass(3_500);
    const undecided = await target.get(token);
    expectUnavailable(undecided);
    expect(['1', '2']).toContain(undecided.header('retry-after'));
    pass(1_500);
    expect((await target.get(token)).status).toBe(200);
    expect((await target.get(fresh(key))).status).toBe(200);
  });

  it('a good token with a new key cannot be decided on during a flood, and the flood costs one look-up per cool-down', async () => {
    const stranger = rsaKey();
    const target = await start();
    expect((await target.get(fresh(key))).status).toBe(200);
    const before = target.platform.keyRequests;
    const from = target.log.length;
    const flood = async () => {
      for (let index = 0; index < 50; index++) {
        const reply = await target.get(fresh(stranger, { kid: `forged-${++serial}` }));
        if (index === 0) expectInvalidToken(target, reply, 'token_key');
        else expectUnavailable(reply);
      }
    };
    await flood();
    target.platform.published = [nextKey.jwk, key.jwk];
    const token = fresh(nextKey);
    const reply = await target.get(token);
    expectUnavailable(reply);
    expectNoEcho(reply, token);
    expect((await target.get(fresh(key))).status).toBe(200);
    // The key set of the tenant, and that of the application.
    expect(target.platform.keyRequests - before).toBe(2);
    pass(5_000);
    await flood();
    expect((await target.get(token)).status).toBe(200);
    expect(target.platform.keyRequests - before).toBe(4);
    expect(target.log.slice(from).filter((line) => line.includes('503: '))).toHaveLength(2);
  });

  it('a token with an unknown key is rejected when the keys were fetched after it was sent first', async () => {
    const target = await start();
    const token = fresh(nextKey);
    expectInvalidToken(target, await target.get(token), 'token_key');
    expectInvalidToken(target, await target.get(fresh(nextKey)), 'token_key');
    const other = fresh(rsaKey());
    expectUnavailable(await target.get(other));
    pass(5_000);
    expectInvalidToken(target, await target.get(token), 'token_key');
    expectInvalidToken(target, await target.get(other), 'token_key');
  });

  it('a custom signing key of the application is found at once, and serves when the keys are out of reach', async () => {
    const target = await start();
    target.platform.ofApplication = [nextKey.jwk];
    expect((await target.get(fresh(key))).status).toBe(200);
    expect((await target.get(fresh(nextKey))).status).toBe(200);
    expect((await target.get(fresh(key))).status).toBe(200);
    target.platform.keysAnswer = () => new Response('', { status: 503 });
    pass(HOUR_MS + 1);
    for (let again = 0; again < 3; again++) expect((await target.get(fresh(nextKey))).status).toBe(200);
  });

  it('a key that is withdrawn signs nothing any more, nor do the tokens that were validated with it', async () => {
    const target = await start();
    const known = fresh(key);
    expect((await target.get(known)).status).toBe(200);
    target.platform.published = [nextKey.jwk];
    pass(5_000);
    expect((await target.get(known)).status).toBe(200);
    expect((await target.get(fresh(nextKey))).status).toBe(200);
    expectInvalidToken(target, await target.get(known), 'token_key');
    expectInvalidToken(target, await target.get(fresh(key)), 'token_key');
    expect((await target.get(fresh(nextKey))).status).toBe(200);
  });

  it.each([
    ['a token that was validated before', false],
    ['tokens that nobody has sent before', true],
  ])(
    'a withdrawal is noticed without an unknown key, by %s: keys are renewed every hour',
    async (_what, isFresh) => {
      const target = await start();
      const exp = Math.floor(Date.now() / 1000) + 86_400;
      const known = forge(key, { payload: claims({ exp }) });
      const statusOf = async () => (await target.get(isFresh ? fresh(key) : known)).status;
      expect(await statusOf()).toBe(200);
      target.platform.published = [nextKey.jwk];
      pass(HOUR_MS - 60_000);
      expect(await statusOf()).toBe(200);
      expect(target.platform.keyRequests).toBe(1);
      pass(60_000);
      expect(await statusOf()).toBe(200);
      await expect.poll(statusOf).toBe(401);
      expect(target.platform.keyRequests).toBe(2);
    },
  );
});

describe('Signing keys that never come', () => {
  const hangs: [string, () => Response | Promise<Response>][] = [
    ['hang', () => new Promise(() => undefined)],
    ['drip', () => new Response(endless(1, 50))],
  ];
  const start = (adapter: Adapter, answer?: () => Response | Promise<Response>): Promise<Target> => {
    const platform = new Platform(key);
    platform.keysAnswer = answer;
    const network = { fetch: platform.fetch, retries: 0, timeoutMs: 1_000 };
    return startTarget(adapter, { platform, options: { network } });
  };
  const seconds = (since: number): number => Math.round((realMs() - since) / 1_000);

  it('cost no more than the deadline, and those who know their key do not wait at all', async () => {
    const atTheStart = ADAPTERS.flatMap((adapter) =>
      hangs.map(async ([what, answer]) => {
        const target = await start(adapter, answer);
        const began = realMs();
        expectUnavailable(await target.get(fresh(key)));
        expect([adapter, what, seconds(began)]).toEqual([adapter, what, 1]);
      }),
    );
    const later = ADAPTERS.flatMap((adapter) =>
      hangs.map(async ([what, answer]) => {
        const target = await start(adapter);
        expect((await target.get(fresh(key))).status).toBe(200);
        target.platform.keysAnswer = answer;
        const connection = await target.anotherConnection();
        pass(5_000);
        let isDecided = false;
        const undecided = connection
          .send('GET', '/me', [`Authorization: Bearer ${fresh(nextKey)}`])
          .finally(() => (isDecided = true));
        for (let again = 0; again < 5; again++) expect((await target.get(fresh(key))).status).toBe(200);
        expect([adapter, what, isDecided]).toEqual([adapter, what, false]);
        expectUnavailable(await undecided);
        connection.close();
      }),
    );
    await Promise.all([...atTheStart, ...later]);
  });
});
