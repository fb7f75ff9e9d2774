export type { IoRedisClient, NodeRedisClient } from './redis-client.js';
export { RedisTokenCacheStore, type RedisTokenCacheStoreOptions } from './redis-token-cache.store.js';
