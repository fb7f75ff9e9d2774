export {
  KeyvTokenCacheStore,
  type KeyvLike,
  type KeyvTokenCacheStoreOptions,
} from './keyv-token-cache.store.js';
