/**
 * Work that is never under way twice for one key: whoever asks while it runs joins it. A failure reaches
 * everyone who waits and is not kept.
 */
export class SingleFlight<T> {
  readonly #underWay = new Map<string, Promise<T>>();

  /** Joins the work of `key`, or starts it. */
  run(key: string, work: () => Promise<T>): Promise<T> {
    const joined = this.#underWay.get(key);
    if (joined) return joined;
    const started = work().finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, started);
    return started;
  }

  /** Whether somebody who asks now would join. */
  isUnderWay(key: string): boolean {
    return this.#underWay.has(key);
  }

  /** How many keys are under way. */
  get size(): number {
    return this.#underWay.size;
  }
}

/**
 * `promise`, or the rejection of `signal` if that comes first. The work behind `promise` goes on: others
 * may wait for it.
 */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
