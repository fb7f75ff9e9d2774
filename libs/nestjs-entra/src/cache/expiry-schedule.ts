/** Entries that are over within the same minute leave together. */
const SLOT_MS = 60_000;

/** How many entries one sweep may take out, so that no request waits behind it. */
const MAX_PER_SWEEP = 500;

/**
 * When which key is over: keys by the minute after which they are of no use. Finding what is due costs
 * nothing but the due keys themselves, and no timer per key.
 */
export class ExpirySchedule {
  readonly #slots = new Map<number, Set<string>>();
  #sweptTo: number | undefined;

  /** Notes that `key` expires at `at`, a time of the monotonic clock. */
  add(key: string, at: number): void {
    const slot = slotOf(at);
    const keys = this.#slots.get(slot);
    if (keys) keys.add(key);
    else this.#slots.set(slot, new Set([key]));
    if (this.#sweptTo === undefined || slot <= this.#sweptTo) this.#sweptTo = slot - 1;
  }

  /** Forgets what was noted for `key` with the same `at`. */
  remove(key: string, at: number): void {
    const slot = slotOf(at);
    const keys = this.#slots.get(slot);
    if (keys?.delete(key) && keys.size === 0) this.#slots.delete(slot);
  }

  /** Takes out keys that are over at `now`: at most some hundreds, the rest with the next sweep. */
  takeDue(now: number): string[] {
    const due: string[] = [];
    const current = slotOf(now);
    if (this.#slots.size === 0 || this.#sweptTo === undefined) return due;
    for (; this.#sweptTo < current - 1; this.#sweptTo++) {
      const keys = this.#slots.get(this.#sweptTo + 1);
      if (!keys) continue;
      for (const key of keys) {
        if (due.length >= MAX_PER_SWEEP) return due;
        due.push(key);
        keys.delete(key);
      }
      this.#slots.delete(this.#sweptTo + 1);
    }
    return due;
  }
}

function slotOf(at: number): number {
  return Math.floor(at / SLOT_MS);
}
