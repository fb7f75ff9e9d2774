import type { CachedToken } from './cached-token.js';

/** What the store keeps of a token; the rest follows from the request that finds it. */
export type StoredToken = Pick<
  CachedToken,
  | 'accessToken'
  | 'expiresAt'
  | 'refreshAt'
  | 'scopes'
  | 'tenantId'
  | 'userId'
  | 'assertionId'
  | 'correlationId'
>;

/** A token that can stand in an `Authorization` header (RFC 6750 section 2.1, `b64token`). */
const B64_TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;

/** A scope has no space in it, and nothing that a log would take for a new line (RFC 6749 section 3.3). */
const SCOPE = /^[^\s\p{Cc}]+$/u;

/** The bytes of a token, before they are sealed. */
export function encodeStoredToken(token: StoredToken): Buffer {
  const { accessToken, expiresAt, refreshAt, scopes, tenantId, userId, assertionId, correlationId } = token;
  // JSON has no Infinity: null says that the token is never renewed ahead.
  const at = Number.isFinite(refreshAt) ? refreshAt : null;
  return Buffer.from(
    JSON.stringify([accessToken, expiresAt, at, scopes, tenantId, userId, assertionId, correlationId]),
  );
}

/**
 * The token of opened bytes; `undefined` when they are none. Who could seal them is not beyond doubt: a user has
 * the secret of their own entries.
 */
export function decodeStoredToken(bytes: Buffer): StoredToken | undefined {
  const values = parsed(bytes);
  if (!Array.isArray(values) || values.length !== 8) return undefined;
  const [accessToken, expiresAt, refreshAt, scopes, ...owner] = values as unknown[];
  const [tenantId, userId, assertionId, correlationId] = owner;
  if (typeof accessToken !== 'string' || !B64_TOKEN.test(accessToken)) return undefined;
  if (!isTime(expiresAt) || !(refreshAt === null || isTime(refreshAt))) return undefined;
  if (!Array.isArray(scopes) || !scopes.every(isScope) || !owner.every(isString)) return undefined;
  return {
    accessToken,
    expiresAt,
    refreshAt: refreshAt ?? Infinity,
    scopes,
    tenantId: tenantId as string,
    userId: userId as string,
    assertionId: assertionId as string,
    correlationId: correlationId as string,
  };
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined; // Not what this version writes.
  }
}

function isTime(value: unknown): value is number {
  return Number.isFinite(value);
}

function isScope(value: unknown): value is string {
  return isString(value) && SCOPE.test(value);
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}
