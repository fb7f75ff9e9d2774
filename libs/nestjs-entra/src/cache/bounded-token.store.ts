import type { Logger } from '@nestjs/common';
import { monotonicMs } from '../network/monotonic-clock.js';
import { StoreBreaker, type OutageListener } from './store-breaker.js';
import { orStoreTimeout, StoreTimeoutError } from './store-deadline.js';
import type { TokenCacheStore } from './token-cache.store.js';
import { failureCode } from '../errors/failure-code.js';

/** Operations that nobody waits for any more and that are still with the client; with more it gets no further ones. */
const MAX_ABANDONED = 1_000;

/** A wait shorter than this part of the time of an operation says nothing about the store when it is over. */
const TELLING_PART = 0.9;

/** What an operation gave; `undefined` when the store is out of service, failed or took too long. */
export type StoreAnswer<T> = { readonly value: T } | undefined;

/**
 * A store that never fails and never takes long: each operation ends within a time, and what fails again and
 * again is left alone until it is back. Reads and writes are watched apart: a full Redis still reads.
 */
export class BoundedTokenStore {
  readonly #pending = new Set<Promise<unknown>>();
  readonly #reads: StoreBreaker;
  readonly #writes: StoreBreaker;
  readonly #store: TokenCacheStore;
  #abandoned = 0;
  #isClosed = false;

  constructor(
    store: TokenCacheStore,
    private readonly timeoutMs: number,
    logger: Pick<Logger, 'log' | 'warn' | 'debug'>,
  ) {
    this.#store = store;
    this.#reads = new StoreBreaker(outageLog(logger, 'reads'));
    this.#writes = new StoreBreaker(outageLog(logger, 'writes'));
  }

  get(key: string, withinMs = this.timeoutMs): Promise<StoreAnswer<Uint8Array | undefined>> {
    return this.run(this.#reads, async () => bytesOf(await this.#store.get(key)), withinMs);
  }

  set(key: string, value: Uint8Array, ttlMs: number): Promise<StoreAnswer<void>> {
    return this.run(this.#writes, () => this.#store.set(key, value, Math.ceil(ttlMs)), this.timeoutMs);
  }

  delete(key: string): Promise<StoreAnswer<void>> {
    return this.run(this.#writes, () => this.#store.delete(key), this.timeoutMs);
  }

  /** Whether this process has the lease now; `undefined` when leases cannot be had. */
  async acquireLease(key: string, ttlMs: number, withinMs: number): Promise<boolean | undefined> {
    // Never as a probe: nobody would know of the lease, and all would wait for it.
    if (!this.#store.acquireLease || !this.#writes.isClosed) return undefined;
    const lease = { isWanted: true };
    const acquire = async () => {
      const isAcquired = (await this.#store.acquireLease?.(key, ttlMs)) === true;
      if (isAcquired && !lease.isWanted) void this.releaseLease(key);
      return isAcquired;
    };
    const answer = await this.run(this.#writes, acquire, withinMs);
    if (!answer) lease.isWanted = false;
    return answer?.value;
  }

  async releaseLease(key: string): Promise<void> {
    if (!this.#store.releaseLease || !this.#writes.isClosed) return;
    await this.run(this.#writes, async () => this.#store.releaseLease?.(key), this.timeoutMs);
  }

  /** Takes no new operation, and waits for those under way: no longer than each of them may take. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#pending);
  }

  private async run<T>(
    breaker: StoreBreaker,
    operation: () => Promise<T>,
    withinMs: number,
  ): Promise<StoreAnswer<T>> {
    if (this.#isClosed || withinMs <= 0 || this.#abandoned >= MAX_ABANDONED) return undefined;
    const permit = breaker.permit(monotonicMs());
    if (permit === 'refuse') return undefined;
    // What fails beside the store is a logger; nobody waits for a probe that would hear of it.
    const attempt = this.attempt(breaker, operation, withinMs).catch(() => undefined);
    this.#pending.add(attempt);
    void attempt.finally(() => this.#pending.delete(attempt));
    return permit === 'probe' ? undefined : attempt;
  }

  private async attempt<T>(
    breaker: StoreBreaker,
    operation: () => Promise<T>,
    withinMs: number,
  ): Promise<StoreAnswer<T>> {
    let work: Promise<T> | undefined;
    try {
      work = operation();
      const value = await orStoreTimeout(work, withinMs);
      breaker.succeeded(monotonicMs());
      return { value };
    } catch (error) {
      const isTimeout = error instanceof StoreTimeoutError;
      if (work && isTimeout) this.abandon(work);
      // Who had only the rest of another operation's time gave up early: that is no fault.
      const isFault = !isTimeout || withinMs >= TELLING_PART * this.timeoutMs;
      if (isFault) breaker.failed(monotonicMs(), error);
      return undefined;
    }
  }

  private abandon(work: Promise<unknown>): void {
    this.#abandoned += 1;
    const settled = () => void (this.#abandoned -= 1);
    work.then(settled, settled);
  }
}

function outageLog(logger: Pick<Logger, 'log' | 'warn'>, what: 'reads' | 'writes'): OutageListener {
  return {
    began: (error) =>
      logger.warn(
        `The token cache store is out of service for ${what} (${reasonOf(error)}); requests go on with memory and the identity platform`,
      ),
    ended: (afterMs) =>
      logger.log(
        `The token cache store is back in service for ${what} after ${Math.round(afterMs / 1000)} s`,
      ),
  };
}

/** Stores are written by others: whatever is no bytes is a value that does not open. */
function bytesOf(value: unknown): Uint8Array | undefined {
  if (value === undefined || value === null) return undefined;
  // Not `instanceof`: under Jest there are several kinds of Uint8Array.
  if (!ArrayBuffer.isView(value)) return new Uint8Array();
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

/** The first words of a message of the client: a server quotes what it was sent, and that is not for a log. */
function reasonOf(error: unknown): string {
  const text = textOf(error)
    .slice(0, 1_000)
    .split('\n', 1)[0]!
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, 100);
  const code = failureCode(error);
  return code === undefined || text.includes(code) ? text : `${code}: ${text}`;
}

/** Clients are written by others as well: a message may be anything. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  try {
    return String(error.message || error.name);
  } catch {
    return 'an error without text';
  }
}
