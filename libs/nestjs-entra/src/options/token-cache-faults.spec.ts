import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { tokenCacheFaults } from './token-cache-faults.js';
import { resolveTokenCacheOptions } from './token-cache-options.js';

const store = { get: async () => undefined, set: async () => undefined, delete: async () => undefined };
const KEY = Buffer.alloc(32, 1).toString('base64');

describe('tokenCache', () => {
  it.each([
    [undefined],
    [{}],
    [{ store, sealingKeys: [KEY, Buffer.alloc(32), Buffer.alloc(48, 7).toString('base64url')] }],
    [{ store: { ...store, acquireLease: async () => true, releaseLease: async () => undefined } }],
    [{ storeTimeoutMs: 1, storeWriteBudgetMs: 0, storeLeaseMs: 100 }],
  ])('is fine: %o', (tokenCache) => {
    expect(tokenCacheFaults(tokenCache)).toEqual([]);
  });

  it.each([
    ['x', 'tokenCache is "x"; give an object, or leave it out.'],
    [{ stor: store }, 'tokenCache.stor is no option of nestjs-entra; did you mean tokenCache.store?'],
    [
      { store: { get: store.get } },
      'tokenCache.store has no set, no delete; give a TokenCacheStore, such as new RedisTokenCacheStore(client) of nestjs-entra/redis.',
    ],
    [
      { store: null },
      'tokenCache.store has no get, no set, no delete; give a TokenCacheStore, such as new RedisTokenCacheStore(client) of nestjs-entra/redis.',
    ],
    [
      { store: { ...store, acquireLease: async () => true } },
      'tokenCache.store has one of acquireLease and releaseLease; give it both, or neither to have each process exchange for itself.',
    ],
    [
      { sealingKeys: [] },
      'tokenCache.sealingKeys is no list of keys; give at least one, made with `openssl rand -base64 32`, or leave it out.',
    ],
    [
      { sealingKeys: KEY },
      'tokenCache.sealingKeys is no list of keys; give at least one, made with `openssl rand -base64 32`, or leave it out.',
    ],
    [
      { sealingKeys: [KEY, 'correct horse battery staple, and more of it'] },
      'tokenCache.sealingKeys[1] is no key of 32 bytes or more; give random bytes, or their base64: `openssl rand -base64 32`.',
    ],
    [
      { sealingKeys: [Buffer.alloc(31)] },
      'tokenCache.sealingKeys[0] is no key of 32 bytes or more; give random bytes, or their base64: `openssl rand -base64 32`.',
    ],
    [{ storeTimeoutMs: 0 }, 'tokenCache.storeTimeoutMs is 0; give a whole number from 1 to 5000.'],
    [
      { storeWriteBudgetMs: 1_001 },
      'tokenCache.storeWriteBudgetMs is 1001; give a whole number from 0 to 1000.',
    ],
    [{ storeLeaseMs: 99 }, 'tokenCache.storeLeaseMs is 99; give a whole number from 100 to 60000.'],
  ])('has a fault: %o', (tokenCache, fault) => {
    expect(tokenCacheFaults(tokenCache)).toEqual([fault]);
  });

  it('shows neither a key nor the client of a store once it is resolved', () => {
    const client = { password: 'secret of redis' };
    const resolved = resolveTokenCacheOptions({
      store: { ...store, client } as typeof store,
      sealingKeys: [KEY],
    });
    const shown = inspect(resolved, { depth: 10 });
    expect(shown).not.toContain('secret of redis');
    expect(shown).not.toContain('01 01');
    expect(resolved.sealingKeys()).toEqual([new Uint8Array(32).fill(1)].map((key) => Buffer.from(key)));
  });
});
