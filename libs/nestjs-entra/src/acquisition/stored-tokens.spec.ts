import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Assertion } from '../caller/assertion.js';
import { keyOfUserEntry } from '../cache/sealed-entry.js';
import { storedTokenKey } from '../cache/token-cache-key.js';
import type { TokenCacheStore } from '../cache/token-cache.store.js';
import { ConsentRequiredError, IdentityPlatformUnavailableError } from '../errors/acquisition.errors.js';
import { resolveTokenCacheOptions } from '../options/token-cache-options.js';
import { createStoredTokens } from './create-stored-tokens.js';
import { TokenAcquirer } from './token-acquirer.js';
import type { TokenRequest } from './token-request.js';

const NOW = Date.UTC(2026, 5, 1);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const LEASE_MS = 5_000;

const warn = vi.spyOn(Logger.prototype, 'warn');
beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  vi.spyOn(Logger.prototype, 'log').mockReturnValue(undefined);
  warn.mockReset().mockReturnValue(undefined);
  vi.spyOn(Logger.prototype, 'error').mockReturnValue(undefined);
});
afterEach(() => void vi.useRealTimers());

/** What processes share: values and leases, and what was asked of them. */
class SharedStore implements TokenCacheStore {
  readonly values = new Map<string, { value: Uint8Array; until: number }>();
  readonly leases = new Map<string, { holder: object; until: number }>();
  readonly calls: string[] = [];
  isDown = false;

  /** The store as one process sees it. */
  seenBy(holder: object): Required<TokenCacheStore> {
    const call = (name: string) => {
      this.calls.push(name);
      if (this.isDown) throw new Error('down');
    };
    return {
      get: async (key) => {
        call('get');
        return live(this.values, key)?.value;
      },
      set: async (key, value, ttlMs) => {
        call('set');
        this.values.set(key, { value, until: Date.now() + ttlMs });
      },
      delete: async (key) => {
        call('delete');
        this.values.delete(key);
      },
      acquireLease: async (key, ttlMs) => {
        call('acquireLease');
        if (live(this.leases, key)) return false;
        this.leases.set(key, { holder, until: Date.now() + ttlMs });
        return true;
      },
      releaseLease: async (key) => {
        call('releaseLease');
        if (live(this.leases, key)?.holder === holder) this.leases.delete(key);
      },
    };
  }

  get = this.seenBy(this).get;
  set = this.seenBy(this).set;
  delete = this.seenBy(this).delete;
}

function live<T extends { until: number }>(map: Map<string, T>, key: string): T | undefined {
  const found = map.get(key);
  return found && Date.now() < found.until ? found : undefined;
}

/** An identity platform that takes a while, numbers its tokens, and fails when it is told to. */
class Platform {
  exchanges = 0;
  takesMs = 200;
  lifetimeMs = HOUR;
  error: Error | undefined;

  request(changes: Partial<TokenRequest> = {}): TokenRequest {
    return {
      key: 'key',
      holder: 'holder',
      scopes: ['api://orders/Read'],
      names: new Set(['read']),
      tenantId: 'tenant',
      userId: 'ada',
      assertionId: 'assertion id',
      assertionExpiresAt: Infinity,
      assertion: new Assertion('token of ada'),
      exchange: async () => {
        this.exchanges += 1;
        const accessToken = `token-${this.exchanges}`;
        const { error } = this;
        await new Promise((resolve) => void setTimeout(resolve, this.takesMs));
        if (error) throw error;
        return { accessToken, expiresAt: Date.now() + this.lifetimeMs, scopes: ['api://orders/Read'] };
      },
      ...changes,
    };
  }
}

/** The name of the record of a request. */
const RECORD = storedTokenKey({
  clientId: 'client',
  instance: 'https://login',
  userId: 'ada',
  key: 'key',
  names: new Set(['read']),
});

function setUp() {
  const [shared, platform] = [new SharedStore(), new Platform()];
  const startProcess = (store: TokenCacheStore = shared.seenBy({})) => {
    const options = resolveTokenCacheOptions({ store });
    const acquirer = new TokenAcquirer(options, (factory) =>
      createStoredTokens(
        { tokenCache: options, clientId: 'client', authority: { instance: 'https://login' } },
        factory,
      ),
    );
    const get = async (request = platform.request()) => {
      const known = acquirer.recall(request);
      return known
        ? { accessToken: known.accessToken, source: 'memory' }
        : acquirer
            .obtain(request, {})
            .then(({ token, source }) => ({ accessToken: token.accessToken, source }));
    };
    return { acquirer, get };
  };
  return { shared, platform, startProcess };
}

/** Lets time go by until all promises are settled; gives how they ended. */
async function settled<T>(work: readonly Promise<T>[], withinMs: number) {
  const all = Promise.allSettled(work);
  await vi.advanceTimersByTimeAsync(withinMs);
  return Promise.race([all, Promise.reject(new Error(`not over after ${withinMs} ms`))]);
}

const valueOf = <T>([result]: PromiseSettledResult<T>[]): T => {
  if (result?.status !== 'fulfilled') throw new Error(String(result?.reason));
  return result.value;
};

describe('one exchange among processes', () => {
  it('eight processes that are asked at once make one', async () => {
    const { platform, startProcess } = setUp();
    const results = await settled(
      Array.from({ length: 8 }, () => startProcess().get()),
      500,
    );
    expect(platform.exchanges).toBe(1);
    expect(results.map((result) => result.status === 'fulfilled' && result.value)).toEqual([
      { accessToken: 'token-1', source: 'identity-platform' },
      ...Array<object>(7).fill({ accessToken: 'token-1', source: 'store' }),
    ]);
  });

  it('a first request costs GET, lease and SET, the lease is given back after that; a record costs one GET', async () => {
    const { shared, startProcess } = setUp();
    await settled([startProcess().get()], 210);
    expect(shared.calls).toEqual(['get', 'acquireLease', 'set']);
    await vi.advanceTimersByTimeAsync(200);
    expect(shared.calls.splice(0)).toEqual(['get', 'acquireLease', 'set', 'releaseLease']);
    const { get } = startProcess();
    expect(valueOf(await settled([get()], 1))).toEqual({ accessToken: 'token-1', source: 'store' });
    expect(valueOf(await settled([get()], 1))).toEqual({ accessToken: 'token-1', source: 'memory' });
    expect(shared.calls).toEqual(['get']);
  });

  it('who looked just before the record was there does not exchange just after', async () => {
    const { shared, platform, startProcess } = setUp();
    const first = startProcess().get();
    await vi.advanceTimersByTimeAsync(190);
    const slow = shared.seenBy({});
    const late = startProcess({
      ...slow,
      // Its GET is served now, and it asks for the lease after the record was written.
      get: async (key) => {
        const value = await slow.get(key);
        await new Promise((resolve) => void setTimeout(resolve, 40));
        return value;
      },
    }).get();
    await settled([first, late], 500);
    expect(platform.exchanges).toBe(1);
  });

  it('a holder that dies holds the others up for one lease at most, and then one of them exchanges', async () => {
    const { shared, platform, startProcess } = setUp();
    const request = platform.request();
    const key = keyOfUserEntry(RECORD);
    await shared.seenBy({}).acquireLease(key, LEASE_MS);
    const waiting = Array.from({ length: 4 }, () => startProcess().get(request));
    await vi.advanceTimersByTimeAsync(LEASE_MS - 100);
    expect(platform.exchanges).toBe(0);
    await settled(waiting, 700);
    expect(platform.exchanges).toBe(1);
  });

  it('nobody waits longer than one lease and a second, whoever has it', async () => {
    const { shared, platform, startProcess } = setUp();
    await shared.seenBy({}).acquireLease(keyOfUserEntry(RECORD), 60 * MINUTE);
    expect(valueOf(await settled([startProcess().get()], LEASE_MS + 1_000 + 350)).source).toBe(
      'identity-platform',
    );
    expect(platform.exchanges).toBe(1);
  });

  it('when consent is missing the others go on at once, and each asks for itself', async () => {
    const { platform, startProcess } = setUp();
    platform.error = new ConsentRequiredError([], 'https://x', 'no consent');
    const results = await settled(
      Array.from({ length: 4 }, () => startProcess().get()),
      600,
    );
    expect(results.map(({ status }) => status)).toEqual(Array(4).fill('rejected'));
    expect(platform.exchanges).toBe(4);
    // Once there is consent, nothing of that is in the way.
    platform.error = undefined;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(valueOf(await settled([startProcess().get()], 300)).source).toBe('identity-platform');
  });

  it('when the platform fails for one, the others go on at once and side by side', async () => {
    const { platform, startProcess } = setUp();
    platform.error = new IdentityPlatformUnavailableError('gone');
    const waiting = Array.from({ length: 8 }, () => startProcess().get());
    const results = await settled(waiting, 2 * platform.takesMs + 150);
    expect(results.map(({ status }) => status)).toEqual(Array(8).fill('rejected'));
    expect(platform.exchanges).toBe(8);
  });

  it('a failure that passes is not in the way of later requests', async () => {
    const { shared, platform, startProcess } = setUp();
    platform.error = new IdentityPlatformUnavailableError('gone');
    await settled([startProcess().get()], 200);
    const [mark] = shared.values.values();
    expect(mark?.until).toBe(Date.now() + 250);
    platform.error = undefined;
    await vi.advanceTimersByTimeAsync(250);
    const results = await settled(
      Array.from({ length: 4 }, () => startProcess().get()),
      500,
    );
    expect(results.map(({ status }) => status)).toEqual(Array(4).fill('fulfilled'));
    expect(platform.exchanges).toBe(2);
  });

  it('a holder that fails after its lease leaves the record of the next one', async () => {
    const { platform, startProcess } = setUp();
    platform.takesMs = 2 * LEASE_MS;
    platform.error = new IdentityPlatformUnavailableError('gone');
    const late = startProcess().get();
    await vi.advanceTimersByTimeAsync(100);
    Object.assign(platform, { takesMs: 200, error: undefined });
    await settled([startProcess().get()], LEASE_MS + 700);
    await settled([late], 2 * LEASE_MS);
    expect(valueOf(await settled([startProcess().get()], 1))).toEqual({
      accessToken: 'token-2',
      source: 'store',
    });
  });

  it('a mark that somebody else left is a value like any other that does not open', async () => {
    const { shared, platform, startProcess } = setUp();
    await shared.set(keyOfUserEntry(RECORD), Uint8Array.of(0), HOUR);
    const results = await settled(
      Array.from({ length: 4 }, () => startProcess().get()),
      500,
    );
    expect(results.map(({ status }) => status)).toEqual(Array(4).fill('fulfilled'));
    expect(platform.exchanges).toBe(1);
    expect(warn).toHaveBeenCalled();
  });

  it('other scopes of the API do not wait, and neither record undoes the other', async () => {
    const { platform, startProcess } = setUp();
    const write = () => platform.request({ scopes: ['api://orders/Write'], names: new Set(['write']) });
    await settled([startProcess().get(), startProcess().get(write())], 250);
    expect(platform.exchanges).toBe(2);
    const { get } = startProcess();
    const found = [valueOf(await settled([get()], 1)), valueOf(await settled([get(write())], 1))];
    expect(found.map(({ source }) => source)).toEqual(['store', 'store']);
  });

  it('a renewal ahead of time is one for all processes', async () => {
    const { platform, startProcess } = setUp();
    const processes = Array.from({ length: 4 }, () => startProcess());
    for (const { get } of processes) await settled([get()], 250);
    vi.setSystemTime(NOW + 50 * MINUTE);
    for (const { get } of processes) await settled([get()], 0);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(platform.exchanges).toBe(2);
    const tokens = await Promise.all(processes.map(({ get }) => get()));
    expect(tokens).toEqual(Array(4).fill({ accessToken: 'token-2', source: 'memory' }));
  });

  it('a renewal that is refused leaves the record of the good token', async () => {
    const { platform, startProcess } = setUp();
    const { get } = startProcess();
    await settled([get()], 250);
    platform.error = new ConsentRequiredError([], 'https://x', 'no consent');
    vi.setSystemTime(NOW + 50 * MINUTE);
    await settled([get()], 500);
    expect(platform.exchanges).toBe(2);
    expect(valueOf(await settled([startProcess().get()], 1))).toEqual({
      accessToken: 'token-1',
      source: 'store',
    });
  });
});

describe('a record', () => {
  it('of another owner under the same name is none, as in memory', async () => {
    const { platform, startProcess } = setUp();
    for (const other of [{ assertionId: 'another' }, { tenantId: 'elsewhere' }]) {
      platform.exchanges = 0;
      await settled([startProcess().acquirer.acquire(platform.request(), { forceRefresh: true })], 250);
      warn.mockClear();
      expect(valueOf(await settled([startProcess().get(platform.request(other))], 600)).source).toBe(
        'identity-platform',
      );
      expect(warn).toHaveBeenCalledOnce();
    }
  });

  it('that is over is none, however long the store keeps it', async () => {
    const { shared, platform, startProcess } = setUp();
    await settled([startProcess().get()], 250);
    for (const entry of shared.values.values()) entry.until = Infinity;
    vi.setSystemTime(NOW + 56 * MINUTE);
    expect(valueOf(await settled([startProcess().get()], 250)).source).toBe('identity-platform');
    expect(platform.exchanges).toBe(2);
    expect(warn).not.toHaveBeenCalled();
  });

  it('does not outlive the assertion, and is kept no longer than it serves', async () => {
    const { shared, platform, startProcess } = setUp();
    const request = platform.request({ assertionExpiresAt: NOW + 30 * MINUTE });
    await settled([startProcess().get(request)], 250);
    const [entry] = shared.values.values();
    expect(entry?.until).toBe(NOW + 30 * MINUTE);
  });

  it('is not written for a token that ends at once', async () => {
    const { shared, platform, startProcess } = setUp();
    platform.lifetimeMs = 5 * MINUTE + 500;
    await settled([startProcess().get()], 400);
    expect(shared.values.size).toBe(0);
  });
});

describe('a store that is down', () => {
  it('is asked five times, and tells of it once for reads and once for writes', async () => {
    const { shared, platform, startProcess } = setUp();
    shared.isDown = true;
    const { get } = startProcess();
    for (let user = 0; user < 20; user++) {
      const request = platform.request({ key: `key ${user}` });
      expect(valueOf(await settled([get(request)], 250)).source).toBe('identity-platform');
    }
    expect(platform.exchanges).toBe(20);
    expect(warn).toHaveBeenCalledTimes(2);
    const asked = shared.calls.length;
    expect(shared.calls.filter((name) => name === 'get').length).toBeLessThan(10);
    shared.isDown = false;
    await vi.advanceTimersByTimeAsync(10_000);
    await settled([get(platform.request({ key: 'back' }))], 250);
    await settled([get(platform.request({ key: 'back again' }))], 250);
    expect(shared.calls.length).toBeGreaterThan(asked + 2);
  });

  it('that does not answer holds a request up for its time once, not for each command', async () => {
    const { platform, startProcess } = setUp();
    platform.takesMs = 0;
    const never = () => new Promise<never>(() => undefined);
    const { get } = startProcess({
      get: never,
      set: never,
      delete: never,
      acquireLease: never,
      releaseLease: never,
    });
    for (let user = 0; user < 5; user++) await settled([get(platform.request({ key: `key ${user}` }))], 60);
    expect(valueOf(await settled([get(platform.request({ key: 'after that' }))], 5)).source).toBe(
      'identity-platform',
    );
  });

  it('has one time for looking and for the lease', async () => {
    const { shared, platform, startProcess } = setUp();
    platform.takesMs = 0;
    const slow = shared.seenBy({});
    const { get } = startProcess({
      ...slow,
      get: async (key) => {
        await new Promise((resolve) => void setTimeout(resolve, 40));
        return slow.get(key);
      },
      acquireLease: () => new Promise<never>(() => undefined),
    });
    expect(valueOf(await settled([get()], 60)).source).toBe('identity-platform');
  });

  it('whose writes hang holds a response up for the write budget', async () => {
    const { shared, platform, startProcess } = setUp();
    platform.takesMs = 0;
    const { get } = startProcess({ ...shared.seenBy({}), set: () => new Promise<never>(() => undefined) });
    expect(valueOf(await settled([get()], 22)).source).toBe('identity-platform');
  });
});

describe('forgetting', () => {
  it('a token leaves memory, store and lease, for all scopes that are known', async () => {
    const { shared, platform, startProcess } = setUp();
    const { acquirer, get } = startProcess();
    const write = platform.request({ scopes: ['api://orders/Write'], names: new Set(['write']) });
    await settled([get()], 250);
    await settled([get(write)], 250);
    await acquirer.forget(platform.request());
    expect(shared.values.size).toBe(0);
    expect(shared.leases.size).toBe(0);
    expect(valueOf(await settled([get()], 250)).source).toBe('identity-platform');
  });

  it('of a user leaves the tokens of others', async () => {
    const { platform, startProcess } = setUp();
    const { acquirer, get } = startProcess();
    const ben = platform.request({
      key: 'key of ben',
      userId: 'ben',
      assertion: new Assertion('token of ben'),
    });
    await settled([get()], 250);
    await settled([get(ben)], 250);
    await acquirer.forgetUser('ada');
    expect(valueOf(await settled([get(ben)], 1)).source).toBe('memory');
    expect(valueOf(await settled([startProcess().get(ben)], 1)).source).toBe('store');
    expect(valueOf(await settled([startProcess().get()], 250)).source).toBe('identity-platform');
  });

  it('that does not reach the store is told', async () => {
    const { shared, platform, startProcess } = setUp();
    const { acquirer, get } = startProcess();
    await settled([get()], 250);
    shared.isDown = true;
    await acquirer.forget(platform.request());
    expect(warn.mock.calls).toEqual([
      [
        'Tokens were to be deleted, and the token cache store could not be reached: their records stay there until they expire',
      ],
    ]);
  });
});
