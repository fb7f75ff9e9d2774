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
> & {
  /** When its exchange began, milliseconds since 1970 by the clock of the process that wrote the record. */
  readonly acquiredAt: number;
};

/** A token that can stand in an `Authorization` header (RFC 6750 section 2.1, `b64token`). */
const B64_TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;

/** A scope-token (RFC 6749 section 3.3), no longer than any that the identity platform issues. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]{1,1024}$/;

/** As `acquire()` writes it; it goes into logs and into what applications are told of a token. */
const CORRELATION_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The last time a `Date` can hold (ECMA-262, "Time Values and Time Range"). */
const LAST_DATE_MS = 8.64e15;

/** Entra's longest lifetime is 28 hours (continuous access evaluation); more is an error. */
const MAX_LIFETIME_MS = 48 * 3600_000;

/** The bytes of a token, before they are sealed. */
export function encodeStoredToken(token: StoredToken): Buffer {
  const { accessToken, acquiredAt, expiresAt, refreshAt, scopes } = token;
  const { tenantId, userId, assertionId, correlationId } = token;
  // JSON has no Infinity: null says that the token is never renewed ahead.
  const at = Number.isFinite(refreshAt) ? refreshAt : null;
  return Buffer.from(
    JSON.stringify([
      accessToken,
      acquiredAt,
      expiresAt,
      at,
      scopes,
      tenantId,
      userId,
      assertionId,
      correlationId,
    ]),
  );
}

/**
 * The token of opened bytes; `undefined` when they are none. Who could seal them is not beyond doubt: a user has
 * the secret of their own entries.
 */
export function decodeStoredToken(bytes: Buffer): StoredToken | undefined {
  const values = parsed(bytes);
  if (!Array.isArray(values) || values.length !== 9) return undefined;
  const [accessToken, acquiredAt, expiresAt, refreshAt, scopes, ...owner] = values as unknown[];
  const [tenantId, userId, assertionId, correlationId] = owner;
  if (typeof accessToken !== 'string' || !B64_TOKEN.test(accessToken)) return undefined;
  if (!isTime(acquiredAt) || !isTime(expiresAt) || expiresAt - acquiredAt > MAX_LIFETIME_MS) return undefined;
  if (refreshAt !== null && !isTime(refreshAt)) return undefined;
  if (!Array.isArray(scopes) || !scopes.every(isScope) || !owner.every(isString)) return undefined;
  if (!CORRELATION_ID.test(correlationId as string)) return undefined;
  return {
    accessToken,
    acquiredAt,
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
  return typeof value === 'number' && value >= 0 && value <= LAST_DATE_MS;
}

function isScope(value: unknown): value is string {
  return isString(value) && SCOPE.test(value);
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}
