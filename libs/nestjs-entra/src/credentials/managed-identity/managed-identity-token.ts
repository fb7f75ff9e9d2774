import { wallClockMs } from '../../network/wall-clock.js';

/** The characters of a token (RFC 6750 section 2.1, `b64token`). */
const TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;

/** Far more than the day that Azure gives a token of a managed identity. */
const MAX_LIFETIME_MS = 7 * 86_400_000;

/** A token of a managed identity. */
export interface ManagedIdentityToken {
  readonly accessToken: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** The identity that it was issued to, where the endpoint names it. */
  readonly clientId: string | undefined;
}

/**
 * Reads the answer of a managed identity endpoint; `undefined` when it has no token that can be sent, or none that
 * expires within the next days. `expires_on` is seconds since 1970, as a number or a string, or a date in ISO 8601.
 */
export function readManagedIdentityToken(
  json: unknown,
  now = wallClockMs(),
): ManagedIdentityToken | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  const { access_token, expires_on, expires_in, client_id } = json as Record<string, unknown>;
  const seconds = Number(expires_in);
  const expiresAt = timeOf(expires_on) ?? (Number.isFinite(seconds) ? now + seconds * 1000 : NaN);
  if (typeof access_token !== 'string' || !TOKEN.test(access_token)) return undefined;
  if (!(expiresAt > now && expiresAt <= now + MAX_LIFETIME_MS)) return undefined;
  return {
    accessToken: access_token,
    expiresAt,
    clientId: typeof client_id === 'string' ? client_id : undefined,
  };
}

function timeOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value * 1000;
  if (typeof value !== 'string' || value === '') return undefined;
  const seconds = Number(value);
  return Number.isNaN(seconds) ? Date.parse(value) : seconds * 1000;
}
