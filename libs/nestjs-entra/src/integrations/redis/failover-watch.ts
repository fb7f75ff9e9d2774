import type { RedisCommands } from './redis-commands.js';
import { monotonicMs } from '../../network/monotonic-clock.js';

/**
 * A command without an answer for so long: its node may be gone, while its connection is not. Less than the wait after
 * which a client drops a command that it could not send, for such a one is answered.
 */
const UNANSWERED_MS = 500;

/** How often a cluster is asked for its nodes at most while one of them is gone. */
const REFRESH_INTERVAL_MS = 1_000;

/**
 * Makes the client of a cluster ask for its nodes as long as one of them does not answer.
 *
 * By themselves clients ask when a node answers `MOVED`, some also when one cannot be reached. A master that hangs does
 * neither: its slots would be lost to this process, although its replica has long taken over.
 */
export class FailoverWatch {
  /** The oldest first: a set keeps the order. */
  readonly #unanswered = new Set<{ readonly since: number }>();
  #timer: NodeJS.Timeout | undefined;
  #refreshAt = 0;

  /** @param askForNodes makes the client ask; whether and when it ends is its own affair */
  constructor(private readonly askForNodes: () => Promise<unknown>) {}

  /** The same commands, with an eye on their answers. */
  over(commands: RedisCommands): RedisCommands {
    return {
      get: (...args) => this.watch(commands.get(...args)),
      set: (...args) => this.watch(commands.set(...args)),
      setIfAbsent: (...args) => this.watch(commands.setIfAbsent(...args)),
      delete: (...args) => this.watch(commands.delete(...args)),
      deleteIfEqual: (...args) => this.watch(commands.deleteIfEqual(...args)),
    };
  }

  /** The answer to a command. */
  async watch<T>(answer: Promise<T>): Promise<T> {
    const command = { since: monotonicMs() };
    this.#unanswered.add(command);
    // By a timer, for when too many are unanswered the store is sent no further command.
    this.#timer ??= setInterval(() => this.look(), UNANSWERED_MS).unref();
    try {
      return await answer;
    } finally {
      this.#unanswered.delete(command);
    }
  }

  /** Asks, unless it was asked just now. */
  refresh(): void {
    const now = monotonicMs();
    if (now < this.#refreshAt) return;
    this.#refreshAt = now + REFRESH_INTERVAL_MS;
    this.askForNodes().catch(() => undefined);
  }

  private look(): void {
    const [oldest] = this.#unanswered;
    if (oldest && monotonicMs() - oldest.since >= UNANSWERED_MS) this.refresh();
    if (oldest) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
