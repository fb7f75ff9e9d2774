/** What tells one cached token from another. */
export interface TokenCacheKeyParts {
  readonly clientId: string;
  /** Origin of the login host: the cloud. */
  readonly instance: string;
  readonly tenantId: string;
  readonly userId: string;
  readonly assertionId: string;
  readonly resource: string;
  /** Claims request the token was acquired with, JSON; empty for none. */
  readonly claims: string;
}

/** Raised when the meaning of a key changes, so that entries of an older version are not found. */
const VERSION = '1';

/**
 * The key of a token. Every part is written with its length before it, so that no two tuples give the
 * same key whatever characters the parts hold; a delimiter could be forged into one of them.
 */
export function tokenCacheKey(parts: TokenCacheKeyParts): string {
  const { clientId, instance, tenantId, userId, assertionId, resource, claims } = parts;
  const written = [VERSION];
  for (const part of [clientId, instance, tenantId, userId, assertionId, resource, claims]) {
    written.push(String(part.length), part);
  }
  // Joined, not added up: the engine would keep a sum of strings as a tree of its parts, for every user.
  return written.join('|');
}
