import { Logger } from '@nestjs/common';
import { BoundedTokenStore } from '../cache/bounded-token.store.js';
import type { ResolvedTokenCacheOptions } from '../options/token-cache-options.js';
import type { CachedTokenFactory } from './cached-token.factory.js';
import { StoredEntries } from './stored-entries.js';
import { StoredTokens } from './stored-tokens.js';

/** The second level as it is configured; `undefined` when there is none. */
export function createStoredTokens(
  options: ResolvedTokenCacheOptions,
  factory: CachedTokenFactory,
): StoredTokens | undefined {
  const store = options.store();
  if (!store) return undefined;
  const logger = new Logger('EntraAuth');
  return new StoredTokens(
    new BoundedTokenStore(store, options.storeTimeoutMs, logger),
    new StoredEntries(options.sealingKeys()),
    factory,
    options,
    logger,
  );
}
