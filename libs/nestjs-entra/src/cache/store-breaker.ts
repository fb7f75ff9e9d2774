/** So many faults one after the other, and the store is out of service. */
const FAULTS = 5;

/** When it is tried again for the first time; each try that fails doubles the wait. */
const FIRST_PROBE_MS = 1_000;
const LAST_PROBE_MS = 10_000;

/** Who wants to know of the beginning and the end of an outage: once each. */
export interface OutageListener {
  began(error: unknown): void;
  ended(afterMs: number): void;
}

/**
 * Keeps a store that fails out of the way of requests. While it is out of service one operation at a time, and
 * seldom, is let through to try it; nobody should wait for that one.
 *
 * Times are those of `monotonicMs()`.
 */
export class StoreBreaker {
  #faults = 0;
  #outage: { readonly since: number; probeAt: number; waitMs: number } | undefined;

  constructor(private readonly listener: OutageListener) {}

  /** Whether the store is in service. */
  get isClosed(): boolean {
    return this.#outage === undefined;
  }

  /** What an operation may do: go on, go on without anybody waiting for it, or not at all. */
  permit(now: number): 'pass' | 'probe' | 'refuse' {
    if (!this.#outage) return 'pass';
    if (now < this.#outage.probeAt) return 'refuse';
    // The next one has its turn after this one, whatever becomes of it.
    this.#outage.waitMs = Math.min(this.#outage.waitMs * 2, LAST_PROBE_MS);
    this.#outage.probeAt = now + this.#outage.waitMs;
    return 'probe';
  }

  succeeded(now: number): void {
    this.#faults = 0;
    if (!this.#outage) return;
    const { since } = this.#outage;
    this.#outage = undefined;
    this.listener.ended(now - since);
  }

  failed(now: number, error: unknown): void {
    this.#faults += 1;
    if (this.#outage || this.#faults < FAULTS) return;
    this.#outage = { since: now, probeAt: now + FIRST_PROBE_MS, waitMs: FIRST_PROBE_MS };
    this.listener.began(error);
  }
}
