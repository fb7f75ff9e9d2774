import { LRUCache } from 'lru-cache';

/** An assertion and when it was made and ends, milliseconds since 1970. */
export interface TimedAssertion {
  readonly assertion: string;
  readonly madeAt: number;
  readonly expiresAt: number;
}

interface Entry extends TimedAssertion {
  renewAt: number;
}

/** One for each tenant that is called; the least recently used ones are made again. */
const MAX_AUDIENCES = 500;

/** What is left of an assertion at the least when it is sent, so that it does not end on its way. */
const MARGIN_MS = 30_000;

/** When a renewal failed, the next one waits this long. */
const RETRY_MS = 10_000;

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
    const now = Date.now();
    if (known && now < usableUntil(known)) {
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
        const entry = { ...made, renewAt: renewalOf(made) };
        this.#entries.set(audience, entry);
        return entry;
      })
      .finally(() => this.#making.delete(audience));
    this.#making.set(audience, making);
    return making;
  }
}
