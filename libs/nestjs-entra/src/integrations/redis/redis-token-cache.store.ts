import { randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { TokenCacheStore } from '../../cache/token-cache.store.js';
import { ConfigurationError } from '../../errors/configuration.error.js';
import { ownCallOptions } from '../../own-properties.js';
import { redisCommands, type IoRedisClient, type NodeRedisClient } from './redis-client.js';
import type { RedisCommands } from './redis-commands.js';

/** Leases of this process that are remembered at a time; one that is not ends by itself. */
const MAX_LEASES = 10_000;

/** A command that waits in a client's queue for so long is dropped; nobody waits for it any more. */
const QUEUE_WAIT_MS = 1_000;

/** Settings of {@link RedisTokenCacheStore}. */
export interface RedisTokenCacheStoreOptions {
  /** Put before every key. Default `'nestjs-entra:'`. */
  keyPrefix?: string;
}

/**
 * Tokens in Redis, shared by the processes of an API.
 *
 * The client is the application's: it connects and closes it. The API starts and serves without a connection; the
 * store is used from when there is one. Each entry is one key with a time to live; each command works on one key, so a
 * Cluster spreads them and needs no hash tag.
 */
export class RedisTokenCacheStore implements TokenCacheStore {
  readonly #redis: RedisCommands;
  readonly #prefix: string;
  readonly #leases = new LRUCache<string, string>({ max: MAX_LEASES });

  /** @throws ConfigurationError when `client` is no client of `redis` or `ioredis`, or the prefix is no text */
  constructor(client: NodeRedisClient | IoRedisClient, options?: RedisTokenCacheStoreOptions) {
    const { keyPrefix = 'nestjs-entra:' } = ownCallOptions(options);
    if (typeof keyPrefix !== 'string') {
      throw new ConfigurationError(
        'keyPrefix of RedisTokenCacheStore is no text; give text such as "orders-api:".',
      );
    }
    this.#redis = redisCommands(client, QUEUE_WAIT_MS);
    this.#prefix = keyPrefix;
  }

  get(key: string): Promise<Uint8Array | undefined> {
    return this.#redis.get(this.#prefix + key);
  }

  set(key: string, value: Uint8Array, ttlMs: number): Promise<void> {
    return this.#redis.set(this.#prefix + key, value, ttlMs);
  }

  delete(key: string): Promise<void> {
    return this.#redis.delete(this.#prefix + key);
  }

  async acquireLease(key: string, ttlMs: number): Promise<boolean> {
    const holder = randomUUID();
    const isAcquired = await this.#redis.setIfAbsent(this.leaseKey(key), holder, ttlMs);
    if (isAcquired) this.#leases.set(key, holder, { ttl: ttlMs });
    return isAcquired;
  }

  async releaseLease(key: string): Promise<void> {
    const holder = this.#leases.get(key);
    if (holder === undefined) return;
    this.#leases.delete(key);
    await this.#redis.deleteIfEqual(this.leaseKey(key), holder);
  }

  private leaseKey(key: string): string {
    return `${this.#prefix}lease:${key}`;
  }
}
