import type { EntraUser } from '../../caller/entra-user.js';
import { boundedText } from './bounded-text.js';

/** Name and value, as shown. */
export type ShownClaim = readonly [name: string, value: string];

/** Internal to Microsoft, or halves of a secret: they tell a reader nothing (access token claims reference). */
const OPAQUE = new Set(['aio', 'rh', 'uti', 'nonce', 'at_hash', 'c_hash', 'cnf', 'xms_ftd', 'xms_st']);
const TIMES = new Set(['exp', 'iat', 'nbf', 'auth_time']);

const MAX_CLAIMS = 40;
const MAX_VALUE_LENGTH = 300;

/** What a validated token says, to be read. */
export function shownClaims({ claims }: EntraUser): readonly ShownClaim[] {
  return Object.entries(claims)
    .slice(0, MAX_CLAIMS)
    .map(([name, value]) => [boundedText(name, 60), OPAQUE.has(name) ? '(opaque)' : shown(name, value)]);
}

function shown(name: string, value: unknown): string {
  // A Date takes no more than that (ECMA-262 section 21.4.1.1).
  if (TIMES.has(name) && typeof value === 'number' && Math.abs(value) <= 8.64e12) {
    return `${value} (${new Date(value * 1000).toISOString()})`;
  }
  return boundedText(typeof value === 'string' ? value : JSON.stringify(value), MAX_VALUE_LENGTH);
}
