import { Logger } from '@nestjs/common';
import { BoundedTokenStore } from '../cache/bounded-token.store.js';
import type { ResolvedTokenCacheOptions } from '../options/token-cache-options.js';
import type { CachedTokenFactory } from './cached-token.factory.js';
import { StoredEntries, type StoringApplication } from './stored-entries.js';
import { StoredTokens } from './stored-tokens.js';

/** The second level as it is configured; `undefined` when there is none. */
export function createStoredTokens(
  options: StoringApplication & { readonly tokenCache: ResolvedTokenCacheOptions },
  factory: CachedTokenFactory,
): StoredTokens | undefined {
  const { tokenCache } = options;
  const store = tokenCache.store();
  if (!store) return undefined;
  const logger = new Logger('EntraAuth');
  return new StoredTokens(
    new BoundedTokenStore(store, tokenCache.storeTimeoutMs, logger),
    new StoredEntries(tokenCache.sealingKeys(), options),
    factory,
    tokenCache,
    logger,
  );
}
