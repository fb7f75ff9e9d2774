import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TokenCacheStore } from '../cache/token-cache.store.js';
import { resolveTokenCacheOptions } from '../options/token-cache-options.js';
import { createStoredTokens } from './create-stored-tokens.js';
import { TokenAcquirer } from './token-acquirer.js';
import type { TokenRequest } from './token-request.js';

const NOW = Date.UTC(2026, 5, 1);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const acquirers: TokenAcquirer[] = [];

beforeEach(() => void vi.useFakeTimers({ now: NOW }));
afterEach(async () => {
  for (const acquirer of acquirers.splice(0)) await acquirer.close();
  vi.useRealTimers();
});

/** Tokens of the application itself, of one hour, served for 55 minutes. */
function setUp(store?: TokenCacheStore) {
  const options = resolveTokenCacheOptions({ store, sealingKeys: [Buffer.alloc(32, 1).toString('base64')] });
  const acquirer = new TokenAcquirer(options, (factory) =>
    createStoredTokens(
      { tokenCache: options, clientId: 'client', authority: { instance: 'https://login' } },
      factory,
    ),
  );
  acquirers.push(acquirer);
  let exchanges = 0;
  const request: TokenRequest = {
    key: 'key',
    holder: 'holder',
    scopes: ['api://orders/.default'],
    names: new Set(['.default']),
    tenantId: 'tenant',
    userId: '',
    assertionId: '',
    assertionExpiresAt: Infinity,
    exchange: async () => ({
      accessToken: `token-${++exchanges}`,
      expiresAt: Date.now() + HOUR,
      scopes: ['api://orders/.default'],
    }),
  };
  const obtain = async () => {
    const obtained = acquirer.obtain(request, {});
    await vi.advanceTimersByTimeAsync(0);
    return obtained;
  };
  return { acquirer, request, obtain, served: () => acquirer.recall(request)?.accessToken };
}

const setClock = (byMs: number) => vi.setSystemTime(Date.now() + byMs);

describe('A token in memory', () => {
  it('that was acquired while the clock was two hours ahead is not served past its real end', async () => {
    const { obtain, served } = setUp();
    setClock(2 * HOUR);
    await obtain();
    setClock(-2 * HOUR);
    await vi.advanceTimersByTimeAsync(48 * MINUTE - 1);
    expect(served()).toBe('token-1');
    await vi.advanceTimersByTimeAsync(7 * MINUTE + 1);
    expect(served()).toBeUndefined();
  });

  it('is not served any longer because the clock is set back', async () => {
    const { obtain, served } = setUp();
    await obtain();
    setClock(-2 * HOUR);
    expect(served()).toBe('token-1');
    await vi.advanceTimersByTimeAsync(55 * MINUTE);
    expect(served()).toBeUndefined();
  });

  it.each(['the clock is set forward', 'the machine was suspended, and its monotonic clock stood still'])(
    'ends with the system clock when %s',
    async () => {
      const { obtain, served } = setUp();
      await obtain();
      setClock(55 * MINUTE - 1);
      expect(served()).toBe('token-1');
      setClock(1);
      expect(served()).toBeUndefined();
    },
  );

  it('is renewed ahead of its end by whichever clock is further on', async () => {
    const { obtain, served } = setUp();
    await obtain();
    setClock(-2 * HOUR);
    await vi.advanceTimersByTimeAsync(48 * MINUTE);
    expect(served()).toBe('token-1');
    await vi.advanceTimersByTimeAsync(0);
    expect(served()).toBe('token-2');
  });
});

describe('A record of the shared store', () => {
  const storeOf = (records: Map<string, Uint8Array>): TokenCacheStore => ({
    get: async (key) => records.get(key),
    set: async (key, value) => void records.set(key, value),
    delete: async (key) => void records.delete(key),
  });

  it('that was written while the clock was two hours ahead is not served: its end is not known', async () => {
    const records = new Map<string, Uint8Array>();
    setClock(2 * HOUR);
    await setUp(storeOf(records)).obtain();
    expect(records.size).toBe(1);
    expect((await setUp(storeOf(records)).obtain()).source).toBe('store');
    setClock(-2 * HOUR);
    expect((await setUp(storeOf(records)).obtain()).source).toBe('identity-platform');
  });

  it('of a process whose clock is up to a minute ahead is served', async () => {
    const records = new Map<string, Uint8Array>();
    setClock(MINUTE);
    await setUp(storeOf(records)).obtain();
    setClock(-MINUTE);
    expect((await setUp(storeOf(records)).obtain()).source).toBe('store');
  });

  it('is not served past its end by the monotonic clock of the process that reads it', async () => {
    const records = new Map<string, Uint8Array>();
    await setUp(storeOf(records)).obtain();
    const { obtain, served } = setUp(storeOf(records));
    expect((await obtain()).source).toBe('store');
    setClock(-2 * HOUR);
    await vi.advanceTimersByTimeAsync(55 * MINUTE);
    expect(served()).toBeUndefined();
  });
});
