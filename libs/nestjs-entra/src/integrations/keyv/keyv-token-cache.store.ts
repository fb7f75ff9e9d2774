import type { TokenCacheStore } from '../../cache/token-cache.store.js';
import { ConfigurationError } from '../../errors/configuration.error.js';
import { ownCallOptions } from '../../own-properties.js';

/** A `Keyv` of version 5 or later, or the `CACHE_MANAGER` of `@nestjs/cache-manager`; both take milliseconds. */
export interface KeyvLike {
  get(key: string): Promise<unknown>;
  set(key: string, value: string, ttlMs: number): Promise<unknown>;
  /** Keyv's name for it. */
  delete?(key: string): Promise<unknown>;
  /** The name of cache-manager. */
  del?(key: string): Promise<unknown>;
}

/** Text of more than 64 KiB, which is far above any token: what is longer is not even decoded. */
const MAX_TEXT_LENGTH = 88 * 1024;

/** Settings of {@link KeyvTokenCacheStore}. */
export interface KeyvTokenCacheStoreOptions {
  /** Put before every key, behind the namespace of the Keyv. Default `'nestjs-entra:'`. */
  keyPrefix?: string;
}

/**
 * Tokens in whatever Keyv has an adapter for: Postgres, MongoDB, Memcached, SQLite.
 *
 * Keyv knows no leases, so each process that misses a token exchanges for itself. Values are kept as base64url text,
 * for not every adapter keeps bytes.
 */
export class KeyvTokenCacheStore implements TokenCacheStore {
  readonly #keyv: KeyvLike;
  readonly #prefix: string;

  /** @throws ConfigurationError when `keyv` cannot get, set and delete */
  constructor(keyv: KeyvLike, options?: KeyvTokenCacheStoreOptions) {
    const { keyPrefix = 'nestjs-entra:' } = ownCallOptions(options);
    const has = (name: keyof KeyvLike) => typeof (keyv as KeyvLike | undefined)?.[name] === 'function';
    if (!has('get') || !has('set') || !(has('delete') || has('del'))) {
      throw new ConfigurationError(
        'KeyvTokenCacheStore was given something that is no Keyv; give a Keyv, or the CACHE_MANAGER of @nestjs/cache-manager.',
      );
    }
    this.#keyv = keyv;
    this.#prefix = keyPrefix;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const value = await this.#keyv.get(this.#prefix + key);
    // Anything else is no value of ours; empty bytes do not open, which is then told.
    if (value === undefined || value === null) return undefined;
    const isOurs = typeof value === 'string' && value.length <= MAX_TEXT_LENGTH;
    return isOurs ? Buffer.from(value, 'base64url') : new Uint8Array();
  }

  async set(key: string, value: Uint8Array, ttlMs: number): Promise<void> {
    const { buffer, byteOffset, byteLength } = value;
    const text = Buffer.from(buffer, byteOffset, byteLength).toString('base64url');
    const isSet = await this.#keyv.set(this.#prefix + key, text, ttlMs);
    // Keyv reports a failure of its adapter in this way, unless it is told to throw.
    if (isSet === false) throw new Error('Keyv did not set the value');
  }

  async delete(key: string): Promise<void> {
    await (this.#keyv.delete?.(this.#prefix + key) ?? this.#keyv.del?.(this.#prefix + key));
  }
}
