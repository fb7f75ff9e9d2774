import type { Logger } from '@nestjs/common';
import { hash } from 'node:crypto';
import { monotonicMs } from '../network/monotonic-clock.js';

/** So many lines in a minute: whoever can write to the store must not fill the disk with the log. */
const MAX_LINES = 10;
const PERIOD_MS = 60_000;

/** A value may be of any size; so much of it and its length tell it from another one. */
const MAX_HASHED_BYTES = 64 * 1024;

/** One line for each value of the store that is not what this API wrote there. */
export class RejectedValueLog {
  readonly #lines = new Set<string>();
  #periodEndsAt = -Infinity;

  constructor(private readonly logger: Pick<Logger, 'warn'>) {}

  /** Tells of a value; the same one again is silent for a while. */
  add(key: string, value: Uint8Array): void {
    const now = monotonicMs();
    if (now >= this.#periodEndsAt) {
      this.#lines.clear();
      this.#periodEndsAt = now + PERIOD_MS;
    }
    if (this.#lines.size >= MAX_LINES) return;
    const digest = hash('sha256', value.subarray(0, MAX_HASHED_BYTES), 'base64url');
    const line = `${key} ${value.length} ${digest}`;
    if (this.#lines.has(line)) return;
    this.#lines.add(line);
    const last = this.#lines.size === MAX_LINES ? '; further ones are not logged for up to a minute' : '';
    this.logger.warn(
      `The token cache store gave a value that is not what was written under its key (${key}): it was changed, moved, or is of another version. It counts as none${last}`,
    );
  }
}
