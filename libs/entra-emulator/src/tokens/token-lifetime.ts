import { randomInt } from 'node:crypto';

/** Entra dates tokens five minutes back, so that a resource whose clock is behind accepts them. */
const BACKDATED_SECONDS = 300;

const SHORTEST_SECONDS = 60 * 60;
const LONGEST_SECONDS = 90 * 60;

/** The times of a token, in seconds since 1970. */
export interface TokenTimes {
  readonly iat: number;
  readonly nbf: number;
  readonly exp: number;
}

/** Lifetime of a user's access token: random between 60 and 90 minutes (Microsoft: access token lifetime). */
export function randomLifetimeSeconds(): number {
  return randomInt(SHORTEST_SECONDS, LONGEST_SECONDS + 1);
}

/** Lifetime of an app-only access token. */
export const APP_ONLY_LIFETIME_SECONDS = SHORTEST_SECONDS;

/** The times of a token issued at `now` (milliseconds), ending no later than `latestExpiry` (seconds). */
export function tokenTimes(now: number, lifetimeSeconds: number, latestExpiry = Infinity): TokenTimes {
  const seconds = Math.floor(now / 1000);
  const iat = seconds - BACKDATED_SECONDS;
  return { iat, nbf: iat, exp: Math.min(seconds + lifetimeSeconds, latestExpiry) };
}

/** What `expires_in` says of a token that ends at `exp` (seconds): one second less than is left. */
export function expiresIn(exp: number, now: number): number {
  return Math.max(0, exp - Math.floor(now / 1000) - 1);
}
