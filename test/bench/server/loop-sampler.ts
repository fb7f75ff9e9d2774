/**
 * Measures every turn of the event loop and tells the longest of each request, for requests that come one
 * after the other.
 *
 * The length of a turn is the lesser of two clocks: the wall clock, which also runs while another process
 * has the core, and the processor time of the process, which also counts its other threads.
 */
export class LoopSampler {
  #longestMs: number[] = [];
  #next: NodeJS.Immediate | undefined;
  #isWatching = false;

  start(): void {
    this.#longestMs = [];
    this.#isWatching = true;
    this.turn(performance.now(), cpuMs());
  }

  /** The requests seen since {@link start}. */
  stop(): readonly number[] {
    this.#isWatching = false;
    clearImmediate(this.#next);
    return this.#longestMs;
  }

  /** From this turn on counts for the next request. */
  nextRequest(): void {
    if (this.#isWatching) this.#longestMs.push(0);
  }

  private turn(wall: number, cpu: number): void {
    this.#next = setImmediate(() => {
      const [wallNow, cpuNow] = [performance.now(), cpuMs()];
      const last = this.#longestMs.length - 1;
      const tookMs = Math.min(wallNow - wall, cpuNow - cpu);
      if (last >= 0) this.#longestMs[last] = Math.max(this.#longestMs[last] ?? 0, tookMs);
      this.turn(wallNow, cpuNow);
    });
  }
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
