import type { CachedToken } from '../cache/cached-token.js';

/** What a request may take from the store, and leave there. */
export interface StoreLookup {
  /** The token to be renewed ahead of time, if there is one: a record of that one does not do. */
  readonly renewed?: CachedToken | undefined;
  /** From when on a token must have been acquired, milliseconds since 1970; `Infinity` when no record may be read. */
  readonly acceptedFrom: () => number;
  /** Whether nothing was evicted since the work began: else its token must not be left in the store. */
  readonly isCurrent: () => boolean;
}
