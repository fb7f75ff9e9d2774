/** What tells one token of an application from another. The assertion tells whose it is: it is the access token of one user. */
export interface TokenCacheKeyParts {
  readonly tenantId: string;
  readonly assertionId: string;
  readonly resource: string;
  /** Claims request the token was acquired with, JSON; empty for none. */
  readonly claims: string;
}

/** What tells the tokens of one application from those of others that keep theirs in the same store. */
export interface StoredTokenKeyParts {
  readonly clientId: string;
  /** Origin of the login host: the cloud. */
  readonly instance: string;
  readonly userId: string;
  /** Key of the token within the application. */
  readonly key: string;
  /** Names of the requested scopes. */
  readonly names: ReadonlySet<string>;
}

/** Raise it when the meaning of a key or the content of a record changes: records of older versions are not found then. */
const VERSION = '3';

/**
 * The key of a token within one application. It is made for each request, so it holds no more than it must: the whole
 * of it is read on every look into memory.
 */
export function tokenCacheKey({ tenantId, assertionId, resource, claims }: TokenCacheKeyParts): string {
  return tuple([assertionId, tenantId, resource, claims]);
}

/** The key of a token among those of all applications, clouds and users. */
export function storedTokenKey({ clientId, instance, userId, key, names }: StoredTokenKeyParts): string {
  return tuple([VERSION, clientId, instance, userId, key, [...names].sort().join(' ')]);
}

/**
 * Every part is written with its length before it, so that no two tuples give the same key whatever characters the
 * parts hold; a delimiter could be forged into one of them.
 */
function tuple(parts: readonly string[]): string {
  const written: string[] = [];
  for (const part of parts) written.push(String(part.length), part);
  // Joined, not added up: the engine would keep a sum of strings as a tree of its parts, for every user.
  return written.join('|');
}
