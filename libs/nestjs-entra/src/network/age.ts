import { clockAnchor, laterTime } from './clock-anchor.js';
import { wallClockMs } from './wall-clock.js';

/** When something was fetched, on both clocks: it grows old by the one that has advanced further. */
export class Age {
  #at = -Infinity;
  #anchor = 0;

  /** Starts again from zero: it is fetched now. */
  restart(): void {
    this.#at = wallClockMs();
    this.#anchor = clockAnchor(this.#at);
  }

  /**
   * Milliseconds since then; `Infinity` before the first. Setting the system clock back does not make it younger, and
   * neither does suspending the machine.
   */
  get ms(): number {
    return laterTime(this.#anchor) - this.#at;
  }
}
