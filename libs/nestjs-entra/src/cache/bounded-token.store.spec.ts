import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BoundedTokenStore } from './bounded-token.store.js';
import type { TokenCacheStore } from './token-cache.store.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = () => new Promise<never>(() => undefined);
const fails = (message: string) => () => Promise.reject(new Error(message));

function setUp(methods: Partial<TokenCacheStore> = {}) {
  const logger = { log: vi.fn(), warn: vi.fn(), debug: vi.fn() };
  const store = {
    get: vi.fn(methods.get ?? (async () => undefined)),
    set: vi.fn(methods.set ?? (async () => undefined)),
    delete: vi.fn(methods.delete ?? (async () => undefined)),
    acquireLease: vi.fn(methods.acquireLease ?? (async () => true)),
    releaseLease: vi.fn(methods.releaseLease ?? (async () => undefined)),
  };
  return { store, logger, bounded: new BoundedTokenStore(store, 50, logger) };
}

/** What a promise gave once everything is over that can be over. */
async function after<T>(ms: number, work: Promise<T>): Promise<T> {
  await vi.advanceTimersByTimeAsync(ms);
  return Promise.race([work, Promise.reject(new Error('still under way'))]);
}

describe('BoundedTokenStore', () => {
  it('gives what the store gives', async () => {
    const { bounded } = setUp({ get: async () => Uint8Array.of(1) });
    expect(await bounded.get('key')).toEqual({ value: Uint8Array.of(1) });
    expect(await bounded.set('key', Uint8Array.of(1), 10.2)).toEqual({ value: undefined });
    expect(await bounded.acquireLease('key', 100, 50)).toBe(true);
  });

  it.each([
    [null, undefined],
    ['text', new Uint8Array()],
    [{}, new Uint8Array()],
    [Buffer.of(1, 2), Uint8Array.of(1, 2)],
  ])('takes %o of a store that somebody wrote as %o', async (value, expected) => {
    const { bounded } = setUp({ get: async () => value as unknown as Uint8Array });
    expect(await bounded.get('key')).toEqual({ value: expected });
  });

  it('waits for no operation longer than its time', async () => {
    const { bounded } = setUp({ get: never, set: never, delete: never, acquireLease: never });
    expect(await after(51, bounded.get('key'))).toBeUndefined();
    expect(await after(11, bounded.get('key', 10))).toBeUndefined();
    expect(await after(51, bounded.set('key', Uint8Array.of(1), 10))).toBeUndefined();
    expect(await after(51, bounded.delete('key'))).toBeUndefined();
    expect(await after(11, bounded.acquireLease('key', 100, 10))).toBeUndefined();
  });

  it('neither asks nor waits when the time is over already', async () => {
    const { bounded, store } = setUp();
    expect(await bounded.get('key', 0)).toBeUndefined();
    expect(await bounded.acquireLease('key', 100, -1)).toBeUndefined();
    expect(store.get).not.toHaveBeenCalled();
    expect(store.acquireLease).not.toHaveBeenCalled();
  });

  it('a store that throws in place of a promise is one that fails', async () => {
    const { bounded } = setUp({
      get: () => {
        throw new Error('no client');
      },
    });
    expect(await bounded.get('key')).toBeUndefined();
  });

  it.each([
    ['no text', { code: 1 }],
    ['nothing that becomes text', Object.create(null) as unknown],
  ])('a store whose errors have a message that is %s is one that fails', async (_what, message: unknown) => {
    const { bounded, logger } = setUp({
      get: () => Promise.reject(Object.assign(new Error(), { message })),
    });
    for (let count = 0; count < 6; count++) expect(await bounded.get('key')).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await bounded.get('key')).toBeUndefined();
    expect(logger.warn).toHaveBeenCalledOnce();
  });

  it('a logger that fails is not a promise that nobody looks after', async () => {
    const { bounded, logger } = setUp({ set: fails('down') });
    logger.warn.mockImplementation(() => {
      throw new Error('disk full');
    });
    for (let count = 0; count < 5; count++) await bounded.set('key', Uint8Array.of(1), 10);
    expect(logger.warn).toHaveBeenCalledOnce();
  });

  it('leaves the store alone after five faults, and nobody waits for the try that finds it back', async () => {
    const { bounded, store, logger } = setUp({ get: fails('connection lost\nwith key secret') });
    for (let count = 0; count < 20; count++) expect(await bounded.get('key')).toBeUndefined();
    expect(store.get).toHaveBeenCalledTimes(5);
    expect(logger.warn.mock.calls).toEqual([
      [
        'The token cache store is out of service for reads (connection lost); requests go on with memory and the identity platform',
      ],
    ]);
    await vi.advanceTimersByTimeAsync(1_000);
    store.get.mockResolvedValue(Uint8Array.of(1));
    expect(await bounded.get('key')).toBeUndefined();
    expect(store.get).toHaveBeenCalledTimes(6);
    await vi.advanceTimersByTimeAsync(0);
    expect(await bounded.get('key')).toEqual({ value: Uint8Array.of(1) });
    expect(logger.log.mock.calls).toEqual([['The token cache store is back in service for reads after 1 s']]);
  });

  it('the code of a failed connection is in the line, unless the text has it', async () => {
    const cause = Object.assign(new Error('secret'), { code: 'ECONNREFUSED' });
    for (const [error, said] of [
      [new Error('the client is closed', { cause }), 'ECONNREFUSED: the client is closed'],
      [Object.assign(new Error('connect ECONNREFUSED 10.0.0.1'), { cause }), 'connect ECONNREFUSED 10.0.0.1'],
    ] as const) {
      const { bounded, logger } = setUp({ get: () => Promise.reject(error) });
      for (let count = 0; count < 5; count++) await bounded.get('key');
      expect(logger.warn.mock.calls.flat()).toEqual([expect.stringContaining(`(${said})`)]);
    }
  });

  it('a full store still reads', async () => {
    const { bounded, store } = setUp({ set: fails('OOM'), acquireLease: fails('OOM') });
    for (let count = 0; count < 10; count++) await bounded.set('key', Uint8Array.of(1), 10);
    expect(store.set).toHaveBeenCalledTimes(5);
    expect(await bounded.get('key')).toEqual({ value: undefined });
  });

  it('a wait that was cut short is no fault; one of the whole time is', async () => {
    const { bounded, store, logger } = setUp({ acquireLease: never });
    for (let count = 0; count < 10; count++) await after(21, bounded.acquireLease('key', 100, 20));
    expect(logger.warn).not.toHaveBeenCalled();
    expect(await bounded.set('key', Uint8Array.of(1), 10)).toEqual({ value: undefined });
    for (let count = 0; count < 10; count++) await after(51, bounded.acquireLease('key', 100, 49.9));
    expect(store.acquireLease).toHaveBeenCalledTimes(15);
    expect(logger.warn).toHaveBeenCalledOnce();
  });

  it('asks for no lease while writes fail: nobody would know of it', async () => {
    const { bounded, store } = setUp({ set: fails('READONLY') });
    for (let count = 0; count < 5; count++) await bounded.set('key', Uint8Array.of(1), 10);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await bounded.acquireLease('key', 100, 50)).toBeUndefined();
    expect(store.acquireLease).not.toHaveBeenCalled();
  });

  it('gives a lease back that came too late', async () => {
    let grant: (isAcquired: boolean) => void = () => undefined;
    const { bounded, store } = setUp({
      acquireLease: () => new Promise((resolve) => void (grant = resolve)),
    });
    expect(await after(51, bounded.acquireLease('key', 100, 50))).toBeUndefined();
    expect(store.releaseLease).not.toHaveBeenCalled();
    grant(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(store.releaseLease.mock.calls).toEqual([['key']]);
  });

  it('has no leases where the store has none', async () => {
    const logger = { log: vi.fn(), warn: vi.fn(), debug: vi.fn() };
    const plain = { get: async () => undefined, set: async () => undefined, delete: async () => undefined };
    const bounded = new BoundedTokenStore(plain, 50, logger);
    expect(await bounded.acquireLease('key', 100, 50)).toBeUndefined();
    await bounded.releaseLease('key');
    expect(logger.warn).not.toHaveBeenCalled();
  });

  it('does not fill the queue of a client that never answers', async () => {
    const { bounded, store } = setUp({ get: (key) => (key === 'ok' ? Promise.resolve(undefined) : never()) });
    for (let count = 0; count < 1_500; count++) {
      void bounded.get('key');
      await vi.advanceTimersByTimeAsync(51);
      await bounded.get('ok'); // The breaker alone would never open.
    }
    expect(store.get.mock.calls.filter(([key]) => key === 'key')).toHaveLength(1_000);
  });

  it('close() waits for what is under way, no longer than it may take, and takes nothing new', async () => {
    const { bounded, store } = setUp({ set: never });
    void bounded.set('key', Uint8Array.of(1), 10);
    const closed = bounded.close();
    expect(await bounded.get('key')).toBeUndefined();
    expect(store.get).not.toHaveBeenCalled();
    await after(51, closed);
  });
});
