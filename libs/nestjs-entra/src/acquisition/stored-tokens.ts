import type { Logger } from '@nestjs/common';
import type { CachedToken } from '../cache/cached-token.js';
import type { BoundedTokenStore } from '../cache/bounded-token.store.js';
import type { SealedEntry } from '../cache/sealed-entry.js';
import { decodeStoredToken, encodeStoredToken } from '../cache/stored-token.js';
import { atMost, pause } from '../network/bounded-wait.js';
import type { CachedTokenFactory } from './cached-token.factory.js';
import { isRefusalMark, refusalMark, refusalMarkMs } from './refusal-mark.js';
import { RejectedValueLog } from './rejected-value-log.js';
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

export interface StoredTokensOptions {
  readonly storeTimeoutMs: number;
  readonly storeWriteBudgetMs: number;
  readonly storeLeaseMs: number;
}

/** What the store has for a request, or why it has nothing: no record, a refusal, or no answer. */
type Found = CachedToken | 'none' | 'refused' | 'unavailable';

/** One request on its way through the store. */
interface Passage {
  readonly request: TokenRequest;
  readonly entries: readonly SealedEntry[];
  /** Where a new record goes. */
  readonly entry: SealedEntry;
  /** The good token that is to be renewed, if there is one. */
  readonly renewed: CachedToken | undefined;
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

  /**
   * A token of the store, or that of `exchange`, which other processes find in the store then.
   * @param renewed the token to be renewed ahead of time: a record of that one does not do
   */
  async obtain(
    request: TokenRequest,
    exchange: () => Promise<CachedToken>,
    renewed?: CachedToken,
  ): Promise<ObtainedToken> {
    const passage = this.passage(request, renewed);
    if (!passage) return { token: await exchange(), source: 'identity-platform' };

    const begun = performance.now();
    const found = await this.find(passage);
    if (isToken(found)) return { token: found, source: 'store' };
    if (found !== 'none')
      return this.exchangeAndWrite(passage, exchange, { isWaitedFor: found === 'refused' });

    const left = this.options.storeTimeoutMs - (performance.now() - begun);
    const isHolder = await this.store.acquireLease(passage.entry.key, this.options.storeLeaseMs, left);
    if (isHolder) return this.exchangeAsHolder(passage, exchange);
    const awaited = isHolder === false ? await this.awaitRecord(passage) : undefined;
    if (awaited === 'holder') return this.exchangeAsHolder(passage, exchange);
    if (awaited) return { token: awaited, source: 'store' };
    return this.exchangeAndWrite(passage, exchange, { isWaitedFor: true });
  }

  /** The token of `exchange`, whatever the store has; it takes the place of that. */
  async replace(request: TokenRequest, exchange: () => Promise<CachedToken>): Promise<ObtainedToken> {
    const passage = this.passage(request, undefined);
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

  private passage(request: TokenRequest, renewed: CachedToken | undefined): Passage | undefined {
    const entries = this.entries.of(request);
    const [entry] = entries;
    return entry && { request, entries, entry, renewed };
  }

  private async find({ request, entries, renewed }: Passage): Promise<Found> {
    const begun = performance.now();
    let found: Found = 'none';
    for (const entry of entries) {
      const left = this.options.storeTimeoutMs - (performance.now() - begun);
      const answer = await this.store.get(entry.key, left);
      if (!answer) return 'unavailable';
      if (answer.value === undefined) continue;
      const token = this.read(entry, request, answer.value);
      if (isToken(token) && isNews(token, renewed)) return token;
      if (token === 'refused') found = token;
    }
    return found;
  }

  /** The token of a value, if it can be opened, is the request's own, and is to be served now. */
  private read(entry: SealedEntry, request: TokenRequest, value: Uint8Array): Found {
    const opened = entry.open(value);
    if (opened && isRefusalMark(opened)) return 'refused';
    const stored = opened && decodeStoredToken(opened);
    if (!stored || !isOwnedBy(stored, request)) {
      this.#rejected.add(entry.key, value);
      return 'none';
    }
    const now = Date.now();
    const { refreshAt } = stored;
    const exchanged = { ...stored, refreshAt: Number.isFinite(refreshAt) ? refreshAt : undefined };
    const token = this.factory.create(request, exchanged, stored.correlationId, now);
    return now < token.serveUntil ? token : 'none';
  }

  private async exchangeAsHolder(
    passage: Passage,
    exchange: () => Promise<CachedToken>,
  ): Promise<ObtainedToken> {
    const { entry } = passage;
    const leaseEndsAt = performance.now() + this.options.storeLeaseMs;
    try {
      const obtained = await this.exchangeAndWrite(passage, exchange, { isWaitedFor: true });
      setTimeout(() => void this.store.releaseLease(entry.key), LINGER_MS).unref();
      return obtained;
    } catch (error) {
      // A renewal that fails leaves the record of the good token, and who is late that of the next holder.
      const isMarked = !passage.renewed && performance.now() < leaseEndsAt;
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
    const token = await exchange();
    const written = this.write(passage, token);
    if (isWaitedFor) await atMost(written, this.options.storeWriteBudgetMs);
    return { token, source: 'identity-platform' };
  }

  private async write({ entry }: Passage, token: CachedToken): Promise<void> {
    const ttlMs = token.serveUntil - Date.now();
    if (ttlMs >= LEAST_TTL_MS) await this.store.set(entry.key, entry.seal(encodeStoredToken(token)), ttlMs);
  }

  /** The record of who has the lease, or its lease when that comes free; neither when it is time to go on without. */
  private async awaitRecord(passage: Passage): Promise<CachedToken | 'holder' | undefined> {
    const { storeLeaseMs, storeTimeoutMs } = this.options;
    // One lease in all, whoever has it: somebody who writes to the store can take it again and again.
    const until = performance.now() + storeLeaseMs + Math.min(storeLeaseMs, GRACE_MS);
    let pauseMs = FIRST_PAUSE_MS;
    while (performance.now() < until) {
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
  return !renewed || (token.accessToken !== renewed.accessToken && Date.now() < token.refreshAt);
}
