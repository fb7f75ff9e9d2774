import { monotonicMs } from '../network/monotonic-clock.js';

/**
 * The end of one call: when its time is up, or when whoever made it aborts.
 *
 * What runs is raced against it besides being told by the signal: on Node 20 an abort in the middle of a body can
 * leave `fetch` pending for ever.
 */
export class CallDeadline {
  readonly #abort = new AbortController();
  readonly #ended: Promise<never>;
  readonly #endsAt: number;
  readonly #timer: NodeJS.Timeout;
  /** Lets go of the signal of whoever made the call. It does not keep the call itself alive. */
  readonly release: () => void;

  /**
   * @param timeoutMs how long the call may take
   * @param signal of whoever makes the call
   * @param timedOut what to throw when the time is up
   */
  constructor(timeoutMs: number, signal: AbortSignal | undefined, timedOut: () => unknown) {
    signal?.throwIfAborted();
    this.#endsAt = monotonicMs() + timeoutMs;
    this.#timer = setTimeout(() => this.#abort.abort(timedOut()), timeoutMs);
    // The signal may live as long as the application; what is called must not.
    const abort = new WeakRef(this.#abort);
    const onAbort = () => abort.deref()?.abort(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    this.release = () => signal?.removeEventListener('abort', onAbort);
    this.#ended = new Promise((_resolve, reject) => {
      this.signal.addEventListener('abort', () => reject(this.signal.reason as Error), { once: true });
    });
    this.#ended.catch(() => undefined); // Nobody may be waiting when it comes.
  }

  /** For what can be told to end. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Milliseconds left; 0 when the call is over. */
  get remainingMs(): number {
    return this.signal.aborted ? 0 : Math.max(0, this.#endsAt - monotonicMs());
  }

  /** The outcome of `work`, or the reason of the end if that comes first. */
  async race<T>(work: Promise<T>): Promise<T> {
    try {
      return await Promise.race([work, this.#ended]);
    } catch (error) {
      throw this.signal.aborted ? this.signal.reason : error;
    }
  }

  /** Waits, unless the call ends before. */
  async wait(milliseconds: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    try {
      await this.race(new Promise((resolve) => (timer = setTimeout(resolve, milliseconds))));
    } finally {
      clearTimeout(timer);
    }
  }

  /** Time does not count any more; an abort of whoever made the call still ends what is under way. */
  stopClock(): void {
    clearTimeout(this.#timer);
  }

  /** The call is over. */
  end(): void {
    this.stopClock();
    this.release();
  }
}
