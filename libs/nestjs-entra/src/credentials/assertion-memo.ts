import { LRUCache } from 'lru-cache';
import { clockAnchor, laterTime } from '../network/clock-anchor.js';
import { monotonicMs } from '../network/monotonic-clock.js';
import { wallClockMs } from '../network/wall-clock.js';

/** An assertion and when it was made and ends, milliseconds since 1970. */
export interface TimedAssertion {
  readonly assertion: string;
  readonly madeAt: number;
  readonly expiresAt: number;
}

interface Entry extends TimedAssertion {
  readonly clockAnchor: number;
  /** A time of the monotonic clock. */
  renewAt: number;
}

/** One for each tenant that is called; the least recently used ones are made again. */
const MAX_AUDIENCES = 500;

/** What is left of an assertion at the least when it is sent, so that it does not end on its way. */
const MARGIN_MS = 30_000;

/** When a renewal failed, the next one waits this long. */
const RETRY_MS = 10_000;

/**
 * An assertion from further in the future than this was made before the clock was set back, and is made again: the
 * identity platform accepts none whose `nbf` is to come (RFC 7523 section 3).
 */
const MAX_AHEAD_MS = 60_000;

/** From when on an assertion is renewed: when four fifths of its life are over. */
export function renewalOf({ madeAt, expiresAt }: Omit<TimedAssertion, 'assertion'>): number {
  return madeAt + (expiresAt - madeAt) * 0.8;
}

/** Until when an assertion is sent: not to its last moment, but a short one most of its life. */
export function usableUntil({ madeAt, expiresAt }: Omit<TimedAssertion, 'assertion'>): number {
  return expiresAt - Math.min(MARGIN_MS, (expiresAt - madeAt) * 0.1);
}

/**
 * Client assertions by audience, each made once and renewed before it ends: a signature costs a millisecond, and an
 * assertion of others a call.
 */
export class AssertionMemo {
  readonly #entries = new LRUCache<string, Entry>({ max: MAX_AUDIENCES });
  readonly #making = new Map<string, Promise<Entry>>();

  /** Whether it holds an assertion. */
  get isUsed(): boolean {
    return this.#entries.size > 0;
  }

  /** The assertion for an audience; one that is due for renewal serves while it is renewed. */
  async get(audience: string, make: () => Promise<TimedAssertion>): Promise<string> {
    const known = this.#entries.get(audience);
    if (known && isUsable(known)) {
      const now = monotonicMs();
      if (now >= known.renewAt) {
        known.renewAt = now + RETRY_MS;
        // If it fails, the one at hand serves on, and whoever needs the next one meets the failure.
        this.make(audience, make).catch(() => undefined);
      }
      return known.assertion;
    }
    return (await this.make(audience, make)).assertion;
  }

  private make(audience: string, make: () => Promise<TimedAssertion>): Promise<Entry> {
    const underWay = this.#making.get(audience);
    if (underWay) return underWay;
    const making = make()
      .then((made) => {
        const anchor = clockAnchor();
        const entry = { ...made, clockAnchor: anchor, renewAt: renewalOf(made) - anchor };
        this.#entries.set(audience, entry);
        return entry;
      })
      .finally(() => this.#making.delete(audience));
    this.#making.set(audience, making);
    return making;
  }
}

function isUsable(entry: Entry): boolean {
  const isMadeBefore = entry.madeAt <= wallClockMs() + MAX_AHEAD_MS;
  return isMadeBefore && laterTime(entry.clockAnchor) < usableUntil(entry);
}
