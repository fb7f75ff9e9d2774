/** What a token's times are derived from. All in milliseconds since 1970. */
export interface TokenTimes {
  readonly acquiredAt: number;
  readonly expiresAt: number;
  /** From when on the identity platform would like it renewed (`refresh_in`). */
  readonly refreshAt?: number | undefined;
  /** End of the assertion it was exchanged for; `Infinity` for tokens of the application itself. */
  readonly assertionExpiresAt: number;
}

/** A token that ends less than this before its assertion is as long as any exchange could make it. */
const RENEWAL_GAIN_MS = 60_000;

/** Without a wish of the identity platform a token is renewed in the background after this part of its life. */
const REFRESH_AT = 0.8;

/**
 * Until when a token is served, and from when on it is renewed ahead of time.
 *
 * It is served until its expiry less the buffer. One that ends with its assertion is served to its end and not
 * renewed: no exchange would give a longer one, for Entra lets none outlive the assertion.
 */
export function tokenLifetime(
  times: TokenTimes,
  bufferMs: number,
): { serveUntil: number; refreshAt: number } {
  const { acquiredAt, expiresAt, assertionExpiresAt } = times;
  if (expiresAt > assertionExpiresAt - RENEWAL_GAIN_MS) {
    return { serveUntil: Math.min(expiresAt, assertionExpiresAt), refreshAt: Infinity };
  }
  const refreshAt = times.refreshAt ?? acquiredAt + (expiresAt - acquiredAt) * REFRESH_AT;
  return { serveUntil: expiresAt - bufferMs, refreshAt };
}
