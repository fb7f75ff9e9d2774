import type { SealedEntry } from '../cache/sealed-entry.js';
import { isDefinitive } from './recent-failures.js';

/** No token is encoded as this. */
const PLAINTEXT = Uint8Array.of(0);

/** Asking again at once does not change the answer: whoever comes meanwhile need not wait either. */
const DEFINITIVE_MS = 1_000;

/** Long enough for all who wait to see it, see `LAST_PAUSE_MS` of the wait for a record. */
const TRANSIENT_MS = 250;

/**
 * The mark that stands in place of a record when no token was to be had: whoever waits for the record goes on by
 * itself. It is sealed as a record is, so that nobody else can leave one.
 */
export function refusalMark(entry: SealedEntry): Uint8Array {
  return entry.seal(PLAINTEXT);
}

/** How long a mark stands after a failure. */
export function refusalMarkMs(error: unknown): number {
  return isDefinitive(error) ? DEFINITIVE_MS : TRANSIENT_MS;
}

/** Whether what was opened is a mark. */
export function isRefusalMark(opened: Uint8Array): boolean {
  return opened.length === PLAINTEXT.length && opened[0] === PLAINTEXT[0];
}
