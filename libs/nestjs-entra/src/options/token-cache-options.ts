import type { TokenCacheStore } from '../cache/token-cache.store.js';
import { ownProperties } from '../own-properties.js';

/** How tokens are kept: in the memory of the process and, with a store, in one that its processes share. */
export interface TokenCacheOptions {
  /**
   * Upper bound of the memory cache in bytes, keys and tokens counted; half as much again is kept for validated
   * access tokens. Default 268 435 456 (256 MiB).
   */
  maxBytes?: number;
  /** A token is not served any more this long before it expires, in seconds, 0 to 3600. Default 300. */
  expiryBufferSeconds?: number;
  /** Second level, shared by the processes of the API: `RedisTokenCacheStore`, `KeyvTokenCacheStore` or one of your own. Default none. */
  store?: TokenCacheStore;
  /**
   * Keys for what no caller's token can seal: tokens of the application itself. 32 bytes or more each, as bytes or
   * as base64 text; the first seals, all open. Default none: such tokens stay in memory.
   */
  sealingKeys?: readonly (string | Uint8Array)[];
  /** What a request waits for the store before it goes on without, in milliseconds, 1 to 5000. Default 50. */
  storeTimeoutMs?: number;
  /** How long a response may be held back until its new token is written to the store, in milliseconds, 0 to 1000. Default 20. */
  storeWriteBudgetMs?: number;
  /**
   * How long one process may be at an exchange that the others wait for, in milliseconds, 100 to 60 000; a process
   * that dies meanwhile holds the others up for so long and a second at most. Default 5000.
   */
  storeLeaseMs?: number;
}

/** {@link TokenCacheOptions} as the library uses them. */
export interface ResolvedTokenCacheOptions {
  readonly maxBytes: number;
  readonly expiryBufferSeconds: number;
  /** A function, so that no log of the options shows the client in it. */
  readonly store: () => TokenCacheStore | undefined;
  /** A function, so that no log of the options shows a key. */
  readonly sealingKeys: () => readonly Uint8Array[];
  readonly storeTimeoutMs: number;
  readonly storeWriteBudgetMs: number;
  readonly storeLeaseMs: number;
}

/** Completes what was checked with the defaults. */
export function resolveTokenCacheOptions(given: TokenCacheOptions = {}): ResolvedTokenCacheOptions {
  const options = ownProperties(given);
  const { store } = options;
  const keys = (options.sealingKeys ?? []).map(keyBytes);
  return Object.freeze({
    maxBytes: options.maxBytes ?? 256 * 1024 * 1024,
    expiryBufferSeconds: options.expiryBufferSeconds ?? 300,
    store: () => store,
    sealingKeys: () => keys,
    storeTimeoutMs: options.storeTimeoutMs ?? 50,
    storeWriteBudgetMs: options.storeWriteBudgetMs ?? 20,
    storeLeaseMs: options.storeLeaseMs ?? 5_000,
  });
}

/** The bytes of a sealing key; of text, what its base64 or base64url stands for. */
export function keyBytes(key: string | Uint8Array): Uint8Array {
  return typeof key === 'string' ? Buffer.from(key, 'base64') : Uint8Array.from(key);
}
