import type { Logger } from '@nestjs/common';
import type { CachedToken } from '../cache/cached-token.js';
import type { BoundedTokenStore } from '../cache/bounded-token.store.js';
import type { SealedEntry } from '../cache/sealed-entry.js';
import { decodeStoredToken, encodeStoredToken } from '../cache/stored-token.js';
import { atMost, pause } from '../network/bounded-wait.js';
import { laterTime } from '../network/clock-anchor.js';
import { elapsedSince } from '../network/elapsed-since.js';
import { monotonicMs } from '../network/monotonic-clock.js';
import { wallClockMs } from '../network/wall-clock.js';
import type { CachedTokenFactory } from './cached-token.factory.js';
import { isRefusalMark, refusalMark, refusalMarkMs } from './refusal-mark.js';
import { RejectedValueLog } from './rejected-value-log.js';
import type { StoreLookup } from './store-lookup.js';
import type { StoredEntries, TokenOwner } from './stored-entries.js';
import { isOwnedBy } from './token-ownership.js';
import type { TokenRequest } from './token-request.js';

/** First and longest pause of who waits for the record of another process. */
const FIRST_PAUSE_MS = 10;
const LAST_PAUSE_MS = 100;

/** Beyond one lease a wait lasts so long at most: for the exchange of who takes the lease of a holder that died. */
const GRACE_MS = 1_000;

/**
 * A lease outlives the exchange by so much: who looked for the record just before it was written asks for the lease
 * just after, and must not get it.
 */
const LINGER_MS = 150;

/** A token with less time than this is not worth a record. */
const LEAST_TTL_MS = 1_000;

/**
 * A record from further in the future than this was written by a process whose clock is ahead of ours, or ours was set
 * back: when its token expires is not known then, and it is not served.
 */
const MAX_CLOCK_DIFFERENCE_MS = 60_000;

export interface StoredTokensOptions {
  readonly storeTimeoutMs: number;
  readonly storeWriteBudgetMs: number;
  readonly storeLeaseMs: number;
}

/** What the store has for a request, or why it has nothing: no record, a refusal, or no answer. */
type Found = CachedToken | 'none' | 'refused' | 'unavailable';

/** One request on its way through the store. */
interface Passage extends StoreLookup {
  readonly request: TokenRequest;
  readonly entries: readonly SealedEntry[];
  /** Where a new record goes. */
  readonly entry: SealedEntry;
}

/** How a token was found: in the store, or by an exchange of this process. */
export interface ObtainedToken {
  readonly token: CachedToken;
  readonly source: 'store' | 'identity-platform';
}

/**
 * The second level between memory and the identity platform. One process exchanges, the others wait for its record;
 * whatever is wrong with the store, the exchange is made without it.
 */
export class StoredTokens {
  readonly #rejected: RejectedValueLog;

  constructor(
    private readonly store: BoundedTokenStore,
    private readonly entries: StoredEntries,
    private readonly factory: CachedTokenFactory,
    private readonly options: StoredTokensOptions,
    logger: Logger,
  ) {
    this.#rejected = new RejectedValueLog(logger);
  }

  /** A token of the store, or that of `exchange`, which other processes find in the store then. */
  async obtain(
    request: TokenRequest,
    exchange: () => Promise<CachedToken>,
    lookup: StoreLookup,
  ): Promise<ObtainedToken> {
    const passage = this.passage(request, lookup);
    if (!passage) return { token: await exchange(), source: 'identity-platform' };

    const begun = monotonicMs();
    const found = await this.find(passage);
    if (isToken(found)) return { token: found, source: 'store' };
    if (found !== 'none')
      return this.exchangeAndWrite(passage, exchange, { isWaitedFor: found === 'refused' });

    const left = this.options.storeTimeoutMs - elapsedSince(begun);
    const isHolder = await this.store.acquireLease(passage.entry.key, this.options.storeLeaseMs, left);
    if (isHolder) return this.exchangeAsHolder(passage, exchange);
    const awaited = isHolder === false ? await this.awaitRecord(passage) : undefined;
    if (awaited === 'holder') return this.exchangeAsHolder(passage, exchange);
    if (awaited) return { token: awaited, source: 'store' };
    return this.exchangeAndWrite(passage, exchange, { isWaitedFor: true });
  }

  /** The token of `exchange`, whatever the store has; it takes the place of that. */
  async replace(
    request: TokenRequest,
    exchange: () => Promise<CachedToken>,
    lookup: StoreLookup,
  ): Promise<ObtainedToken> {
    const passage = this.passage(request, lookup);
    if (!passage) return { token: await exchange(), source: 'identity-platform' };
    return this.exchangeAndWrite(passage, exchange, { isWaitedFor: true });
  }

  /** Deletes the records of tokens that stood in memory under one key, and gives back leases on them. */
  async forget(owner: TokenOwner, scopes: readonly ReadonlySet<string>[]): Promise<boolean> {
    const keys = scopes.flatMap((names) => this.entries.keysOf(owner, names));
    const deleted = await Promise.all(
      keys.map(async (stored) => {
        const [answer] = await Promise.all([this.store.delete(stored), this.store.releaseLease(stored)]);
        return answer !== undefined;
      }),
    );
    return deleted.every(Boolean);
  }

  /** Lets writes under way end, within the time each has. */
  close(): Promise<void> {
    return this.store.close();
  }

  private passage(request: TokenRequest, lookup: StoreLookup): Passage | undefined {
    const entries = this.entries.of(request);
    const [entry] = entries;
    return entry && { ...lookup, request, entries, entry };
  }

  private async find(passage: Passage): Promise<Found> {
    const begun = monotonicMs();
    let found: Found = 'none';
    for (const entry of passage.entries) {
      const acceptedFrom = passage.acceptedFrom();
      if (acceptedFrom === Infinity) return 'unavailable';
      const left = this.options.storeTimeoutMs - elapsedSince(begun);
      const answer = await this.store.get(entry.key, left);
      if (!answer) return 'unavailable';
      if (answer.value === undefined) continue;
      const token = this.read(entry, passage.request, answer.value, acceptedFrom);
      if (isToken(token) && isNews(token, passage.renewed)) return token;
      if (token === 'refused') found = token;
    }
    return found;
  }

  /** The token of a value, if it can be opened, is the request's own, and is to be served now. */
  private read(entry: SealedEntry, request: TokenRequest, value: Uint8Array, acceptedFrom: number): Found {
    const opened = entry.open(value);
    if (opened && isRefusalMark(opened)) return 'refused';
    const stored = opened && decodeStoredToken(opened);
    if (!stored || !isOwnedBy(stored, request)) {
      this.#rejected.add(entry.key, value);
      return 'none';
    }
    const { acquiredAt, refreshAt } = stored;
    const isFromFuture = acquiredAt > wallClockMs() + MAX_CLOCK_DIFFERENCE_MS;
    if (isFromFuture || acquiredAt < acceptedFrom) return 'none';
    const exchanged = { ...stored, refreshAt: Number.isFinite(refreshAt) ? refreshAt : undefined };
    const token = this.factory.create(request, exchanged, stored.correlationId);
    return laterTime(token.clockAnchor) < token.serveUntil ? token : 'none';
  }

  private async exchangeAsHolder(
    passage: Passage,
    exchange: () => Promise<CachedToken>,
  ): Promise<ObtainedToken> {
    const { entry } = passage;
    const leaseEndsAt = monotonicMs() + this.options.storeLeaseMs;
    try {
      const obtained = await this.exchangeAndWrite(passage, exchange, { isWaitedFor: true });
      setTimeout(() => void this.store.releaseLease(entry.key), LINGER_MS).unref();
      return obtained;
    } catch (error) {
      // A renewal that fails leaves the record of the good token, and who is late that of the next holder.
      const isMarked = !passage.renewed && monotonicMs() < leaseEndsAt;
      if (isMarked) void this.store.set(entry.key, refusalMark(entry), refusalMarkMs(error));
      void this.store.releaseLease(entry.key);
      throw error;
    }
  }

  private async exchangeAndWrite(
    passage: Passage,
    exchange: () => Promise<CachedToken>,
    { isWaitedFor }: { isWaitedFor: boolean },
  ): Promise<ObtainedToken> {
    const acquiredAt = wallClockMs();
    const token = await exchange();
    const written = this.write(passage, token, acquiredAt);
    if (isWaitedFor) await atMost(written, this.options.storeWriteBudgetMs);
    return { token, source: 'identity-platform' };
  }

  /** @param acquiredAt when the exchange began: an eviction that ended after that forbids the record */
  private async write({ entry, isCurrent }: Passage, token: CachedToken, acquiredAt: number): Promise<void> {
    const ttlMs = token.serveUntil - laterTime(token.clockAnchor);
    if (ttlMs < LEAST_TTL_MS || !isCurrent()) return;
    await this.store.set(entry.key, entry.seal(encodeStoredToken({ ...token, acquiredAt })), ttlMs);
    // The delete of an eviction can have overtaken the write.
    if (!isCurrent()) await this.store.delete(entry.key);
  }

  /** The record of who has the lease, or its lease when that comes free; neither when it is time to go on without. */
  private async awaitRecord(passage: Passage): Promise<CachedToken | 'holder' | undefined> {
    const { storeLeaseMs, storeTimeoutMs } = this.options;
    // One lease in all, whoever has it: somebody who writes to the store can take it again and again.
    const until = monotonicMs() + storeLeaseMs + Math.min(storeLeaseMs, GRACE_MS);
    let pauseMs = FIRST_PAUSE_MS;
    while (monotonicMs() < until) {
      // Not all processes at the same moment.
      await pause(pauseMs * (0.75 + Math.random() / 2));
      pauseMs = Math.min(pauseMs * 1.6, LAST_PAUSE_MS);
      const found = await this.find(passage);
      if (isToken(found)) return found;
      if (found !== 'none') return undefined;
      const isHolder = await this.store.acquireLease(passage.entry.key, storeLeaseMs, storeTimeoutMs);
      if (isHolder !== false) return isHolder ? 'holder' : undefined;
    }
    return undefined;
  }
}

function isToken(found: Found): found is CachedToken {
  return typeof found === 'object';
}

function isNews(token: CachedToken, renewed: CachedToken | undefined): boolean {
  return (
    !renewed || (token.accessToken !== renewed.accessToken && laterTime(token.clockAnchor) < token.refreshAt)
  );
}
