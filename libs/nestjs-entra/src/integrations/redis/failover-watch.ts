/** A command without an answer for so long: its node may be gone, while its connection is not. */
const UNANSWERED_MS = 1_000;

/** How often a cluster is asked for its nodes at most while one of them is gone. */
const REFRESH_INTERVAL_MS = 1_000;

/**
 * Makes the client of a cluster ask for its nodes as long as one of them does not answer.
 *
 * By themselves clients ask when a node answers `MOVED`, some also when one cannot be reached. A master that hangs does
 * neither: its slots would be lost to this process, although its replica has long taken over.
 */
export class FailoverWatch {
  readonly #unanswered = new Set<{ readonly since: number }>();
  #refreshAt = 0;
  #isRefreshing = false;

  /** @param askForNodes makes the client ask; ends when it has */
  constructor(private readonly askForNodes: () => Promise<unknown>) {}

  /** The answer to a command. */
  async watch<T>(answer: Promise<T>): Promise<T> {
    const command = { since: performance.now() };
    this.#unanswered.add(command);
    const [oldest = command] = this.#unanswered;
    if (command.since - oldest.since > UNANSWERED_MS) this.refresh();
    try {
      return await answer;
    } finally {
      this.#unanswered.delete(command);
    }
  }

  /** Asks, unless it was asked just now. */
  refresh(): void {
    const now = performance.now();
    if (this.#isRefreshing || now < this.#refreshAt) return;
    this.#refreshAt = now + REFRESH_INTERVAL_MS;
    this.#isRefreshing = true;
    const over = () => void (this.#isRefreshing = false);
    this.askForNodes().then(over, over);
  }
}
