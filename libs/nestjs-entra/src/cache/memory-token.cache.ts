import { LRUCache } from 'lru-cache';
import type { CachedToken } from './cached-token.js';
import { laterTime } from '../network/clock-anchor.js';
import { ExpirySchedule } from './expiry-schedule.js';
import { UserKeys } from './user-keys.js';

/** What one entry costs beside its strings: objects, set, map slot; measured, rounded up. */
const OVERHEAD_BYTES = 700;

/** What stands under one key: the few tokens of one assertion and resource that differ in their scopes. */
interface Entry {
  readonly tokens: readonly CachedToken[];
  /** When the last of them expires, a time of the monotonic clock. */
  readonly until: number;
}

/**
 * Tokens in memory: one map lookup whatever the number of users, bounded in bytes, least recently used out
 * first. What is over leaves without being asked for.
 */
export class MemoryTokenCache {
  readonly #schedule = new ExpirySchedule();
  readonly #userKeys = new UserKeys();
  readonly #entries: LRUCache<string, Entry>;

  /** @param maxBytes keys and tokens counted */
  constructor(maxBytes: number) {
    this.#entries = new LRUCache({
      maxSize: maxBytes,
      // An entry larger than this is not kept at all, rather than throwing everything else out.
      maxEntrySize: Math.ceil(maxBytes / 4),
      sizeCalculation: ({ tokens }, key) =>
        tokens.reduce((sum, token) => sum + OVERHEAD_BYTES + token.accessToken.length, key.length * 2),
      dispose: ({ tokens, until }, key) => {
        this.#schedule.remove(key, until);
        for (const { userId } of tokens) this.#userKeys.remove(userId, key);
      },
    });
  }

  /** A token that serves all of `names` at a moment of both clocks; `undefined` when there is none. */
  find(key: string, names: ReadonlySet<string>, wall: number, monotonic: number): CachedToken | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    for (const token of entry.tokens) {
      if (isServed(token, wall, monotonic) && isSubset(names, token.names)) return token;
    }
    return undefined;
  }

  /** Remembers a token; those that it can stand in for, and those that are over, leave. */
  add(key: string, token: CachedToken, wall: number, monotonic: number): void {
    this.sweep(monotonic);
    const others = (this.#entries.get(key)?.tokens ?? []).filter(
      (other) => isServed(other, wall, monotonic) && !isSubset(other.names, token.names),
    );
    this.set(key, [token, ...others]);
  }

  /** Forgets one token, wherever it stands under `key`, or without one all of them; gives what it forgot. */
  remove(key: string, accessToken?: string): readonly CachedToken[] {
    const tokens = this.#entries.peek(key)?.tokens ?? [];
    const others = tokens.filter((token) => accessToken !== undefined && token.accessToken !== accessToken);
    if (others.length === tokens.length) return [];
    if (others.length === 0) this.#entries.delete(key);
    else this.set(key, others);
    return tokens.filter((token) => !others.includes(token));
  }

  /** Forgets what is over: some hundreds at most; gives whether there may be more. */
  sweep(monotonic: number): boolean {
    const due = this.#schedule.takeDue(monotonic);
    for (const key of due) this.#entries.delete(key);
    return due.length > 0;
  }

  /** The keys under which a user's tokens are cached. */
  keysOf(userId: string): string[] {
    return this.#userKeys.of(userId);
  }

  /** Forgets everything, for shutdown. */
  clear(): void {
    this.#entries.clear();
  }

  /** Bytes in use, as counted. */
  get bytes(): number {
    return this.#entries.calculatedSize;
  }

  private set(key: string, tokens: readonly CachedToken[]): void {
    const until = Math.max(...tokens.map(({ serveUntil, clockAnchor }) => serveUntil - clockAnchor));
    this.#entries.set(key, { tokens, until });
    if (!this.#entries.has(key)) return;
    this.#schedule.add(key, until);
    for (const { userId } of tokens) if (userId !== '') this.#userKeys.add(userId, key);
  }
}

function isServed({ serveUntil, clockAnchor }: CachedToken, wall: number, monotonic: number): boolean {
  return laterTime(clockAnchor, wall, monotonic) < serveUntil;
}

function isSubset(names: ReadonlySet<string>, of: ReadonlySet<string>): boolean {
  for (const name of names) if (!of.has(name)) return false;
  return true;
}
