import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Assertion } from '../caller/assertion.js';
import type { TokenCacheStore } from '../cache/token-cache.store.js';
import { resolveTokenCacheOptions } from '../options/token-cache-options.js';
import { createStoredTokens } from './create-stored-tokens.js';
import { STORE_HOLD_MS } from './evictions.js';
import { TokenAcquirer } from './token-acquirer.js';
import type { TokenRequest } from './token-request.js';

const SLOW_MS = 100;
const acquirers: TokenAcquirer[] = [];

beforeEach(() => void vi.useFakeTimers({ now: Date.UTC(2026, 5, 1) }));
afterEach(async () => {
  vi.useRealTimers();
  for (const acquirer of acquirers.splice(0)) await acquirer.close();
});

const later = async <T>(value: T, ms = SLOW_MS): Promise<T> => {
  await new Promise((resolve) => setTimeout(resolve, ms));
  return value;
};

/** Every exchange takes its time and numbers its token. */
function setUp(store?: TokenCacheStore, waits: readonly number[] = []) {
  const options = resolveTokenCacheOptions({ store });
  const acquirer = new TokenAcquirer(options, (factory) =>
    createStoredTokens(
      { tokenCache: options, clientId: 'client', authority: { instance: 'https://login' } },
      factory,
    ),
  );
  acquirers.push(acquirer);
  let exchanges = 0;
  const assertion = new Assertion('token');
  const request: TokenRequest = {
    key: 'key',
    holder: 'holder',
    scopes: ['api://orders/Read'],
    names: new Set(['read']),
    tenantId: 'tenant',
    userId: 'ada',
    assertion,
    assertionId: assertion.id,
    assertionExpiresAt: Date.now() + 7_200_000,
    exchange: () => {
      const accessToken = `token-${++exchanges}`;
      const answer = { accessToken, expiresAt: Date.now() + 3_600_000, scopes: ['api://orders/Read'] };
      return later(answer, waits[exchanges - 1] ?? SLOW_MS);
    },
  };
  return { acquirer, request, served: () => acquirer.recall(request)?.accessToken };
}

/** A store whose reads are slow, with one record in it that another process has written. */
async function slowStore({ deleteMs = 0 } = {}): Promise<{
  store: TokenCacheStore;
  records: Map<string, Uint8Array>;
}> {
  const records = new Map<string, Uint8Array>();
  let isSlow = false;
  const store: TokenCacheStore = {
    get: async (key) => {
      const value = records.get(key);
      return isSlow ? later(value, 30) : value;
    },
    set: async (key, value) => void records.set(key, value),
    delete: async (key) => {
      if (deleteMs > 0) await later(undefined, deleteMs);
      records.delete(key);
    },
  };
  const { acquirer, request } = setUp(store);
  const written = acquirer.acquire(request, {});
  await vi.advanceTimersByTimeAsync(SLOW_MS + 50);
  await written;
  isSlow = true;
  return { store, records };
}

describe('A token that was evicted', () => {
  it.each([
    ['its user', (acquirer: TokenAcquirer) => acquirer.forgetUser('ada')],
    ['itself', (acquirer: TokenAcquirer, request: TokenRequest) => acquirer.forget(request)],
  ])(
    'does not come back with an exchange that was under way, after %s was forgotten',
    async (_what, forget) => {
      const { acquirer, request, served } = setUp();
      const asked = acquirer.acquire(request, {});
      await forget(acquirer, request);
      await vi.advanceTimersByTimeAsync(SLOW_MS);
      expect((await asked).accessToken).toBe('token-1');
      expect(served()).toBeUndefined();
    },
  );

  it('is not waited for by those who ask afterwards', async () => {
    const { acquirer, request, served } = setUp();
    const before = acquirer.acquire(request, {});
    await acquirer.forgetUser('ada');
    const after = acquirer.acquire(request, {});
    await vi.advanceTimersByTimeAsync(SLOW_MS);
    expect([(await before).accessToken, (await after).accessToken]).toEqual(['token-1', 'token-2']);
    expect(served()).toBe('token-2');
  });

  it('does not come back from the store with a read that was under way, nor does its record', async () => {
    const { store, records } = await slowStore();
    const { acquirer, request, served } = setUp(store);
    const asked = acquirer.acquire(request, {});
    const forgotten = acquirer.forgetUser('ada', [request]);
    await vi.advanceTimersByTimeAsync(SLOW_MS);
    await Promise.all([asked, forgotten]);
    expect(served()).toBeUndefined();
    expect(records.size).toBe(0);
  });

  it('leaves no record behind when its exchange ends', async () => {
    const records = new Map<string, Uint8Array>();
    const { acquirer, request } = setUp({
      get: async (key) => records.get(key),
      set: async (key, value) => void records.set(key, value),
      delete: async (key) => void records.delete(key),
    });
    const asked = acquirer.acquire(request, {});
    await vi.advanceTimersByTimeAsync(1);
    await acquirer.forgetUser('ada', [request]);
    await vi.advanceTimersByTimeAsync(SLOW_MS + 50);
    await asked;
    expect(records.size).toBe(0);
  });

  it('does not take the place of the one that was insisted upon meanwhile', async () => {
    const { acquirer, request, served } = setUp(undefined, [SLOW_MS, 10]);
    const first = acquirer.acquire(request, {});
    const forced = acquirer.acquire(request, { forceRefresh: true });
    await vi.advanceTimersByTimeAsync(SLOW_MS);
    expect([(await first).accessToken, (await forced).accessToken]).toEqual(['token-1', 'token-2']);
    expect(served()).toBe('token-2');
  });

  it('is another one than that of another user', async () => {
    const { acquirer, request, served } = setUp();
    const asked = acquirer.acquire(request, {});
    await acquirer.forgetUser('grace');
    await acquirer.forget({ ...request, key: 'another', userId: 'grace' });
    await vi.advanceTimersByTimeAsync(SLOW_MS);
    await asked;
    expect(served()).toBe('token-1');
  });

  it('is not remembered from a read that began while its record was being deleted', async () => {
    const { store, records } = await slowStore({ deleteMs: 20 });
    const { acquirer, request, served } = setUp(store);
    const evicted = acquirer.forgetUser('ada', [request]);
    await vi.advanceTimersByTimeAsync(5);
    const asked = acquirer.acquire(request, {});
    await vi.advanceTimersByTimeAsync(2 * SLOW_MS);
    await Promise.all([evicted, asked]);
    expect(served()).toBeUndefined();
    expect(records.size).toBe(0);
  });

  it.each([
    ['its user', (acquirer: TokenAcquirer, request: TokenRequest) => acquirer.forgetUser('ada', [request])],
    ['itself', (acquirer: TokenAcquirer, request: TokenRequest) => acquirer.forget(request)],
  ])('is not read from a replica that lags behind, after %s was forgotten', async (_what, forget) => {
    const { store, records } = await slowStore();
    const lagging = new Map(records);
    const { acquirer, request, served } = setUp({ ...store, get: async (key) => lagging.get(key) });
    await forget(acquirer, request);
    const asked = acquirer.obtain(request, {});
    await vi.advanceTimersByTimeAsync(2 * SLOW_MS);
    expect(await asked).toMatchObject({ source: 'identity-platform' });
    expect(served()).toBe('token-1');
    await acquirer.forget(request);
    await vi.advanceTimersByTimeAsync(STORE_HOLD_MS + 1);
    const again = acquirer.obtain(request, {});
    await vi.advanceTimersByTimeAsync(2 * SLOW_MS);
    expect(await again).toMatchObject({ source: 'identity-platform' });
  });

  it('leaves no record behind when the write of its record ends after the delete', async () => {
    const records = new Map<string, Uint8Array>();
    const { acquirer, request } = setUp({
      get: async (key) => records.get(key),
      set: async (key, value) => {
        await later(undefined, 30);
        records.set(key, value);
      },
      delete: async (key) => void records.delete(key),
    });
    const asked = acquirer.acquire(request, {});
    await vi.advanceTimersByTimeAsync(SLOW_MS + 10);
    await acquirer.forget(request);
    await vi.advanceTimersByTimeAsync(SLOW_MS);
    await asked;
    expect(records.size).toBe(0);
  });

  it('does not come back with the record of an exchange that another process began before the eviction', async () => {
    const { store } = await slowStore();
    const { acquirer, request } = setUp(store);
    const other = setUp(store, [5_000]);
    const writes = other.acquirer.acquire(other.request, { forceRefresh: true });
    await vi.advanceTimersByTimeAsync(SLOW_MS);
    await acquirer.forgetUser('ada', [request]);
    await vi.advanceTimersByTimeAsync(5_100);
    await writes;
    await vi.advanceTimersByTimeAsync(STORE_HOLD_MS);
    const asked = acquirer.obtain(request, {});
    await vi.advanceTimersByTimeAsync(2 * SLOW_MS);
    expect(await asked).toMatchObject({ source: 'identity-platform' });
  });

  it('makes room for a record that another process acquired after the eviction, once the store is read again', async () => {
    const { store } = await slowStore();
    const { acquirer, request } = setUp(store);
    await acquirer.forget(request);
    await vi.advanceTimersByTimeAsync(STORE_HOLD_MS / 2);
    const other = setUp(store);
    const written = other.acquirer.acquire(other.request, { forceRefresh: true });
    await vi.advanceTimersByTimeAsync(SLOW_MS + 50);
    await written;
    await vi.advanceTimersByTimeAsync(STORE_HOLD_MS / 2);
    const asked = acquirer.obtain(request, {});
    await vi.advanceTimersByTimeAsync(2 * SLOW_MS);
    expect(await asked).toMatchObject({ source: 'store' });
  });

  it('is not remembered from an exchange that began while its record was being deleted', async () => {
    const { store } = await slowStore({ deleteMs: 2 * SLOW_MS });
    const { acquirer, request, served } = setUp(store);
    const evicted = acquirer.forget(request);
    await vi.advanceTimersByTimeAsync(10);
    const asked = acquirer.acquire(request, {});
    await vi.advanceTimersByTimeAsync(3 * SLOW_MS);
    await Promise.all([asked, evicted]);
    expect(served()).toBeUndefined();
  });
});
