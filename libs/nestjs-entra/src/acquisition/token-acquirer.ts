import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import type { CachedToken } from '../cache/cached-token.js';
import { MemoryTokenCache } from '../cache/memory-token.cache.js';
import type { TokenFlow } from '../caller/token-flow.js';
import { checkAcquisitionOptions } from './acquisition-option-checks.js';
import { CachedTokenFactory } from './cached-token.factory.js';
import { Evictions } from './evictions.js';
import { RejectionLog } from '../errors/rejection-log.js';
import { laterTime } from '../network/clock-anchor.js';
import { monotonicMs } from '../network/monotonic-clock.js';
import { wallClockMs } from '../network/wall-clock.js';
import { scopeName } from './scope-request.js';
import { orAborted, SingleFlight } from '../network/single-flight.js';
import type { StoreLookup } from './store-lookup.js';
import type { TokenOwner } from './stored-entries.js';
import type { ObtainedToken, StoredTokens } from './stored-tokens.js';
import type { TokenAcquisitionOptions } from './token-acquisition.options.js';
import { isOwnedBy } from './token-ownership.js';
import { TokenExchanges } from './token-exchanges.js';
import type { TokenRequest } from './token-request.js';

/** How often expired tokens are looked for, beside whenever one is added. */
const SWEEP_INTERVAL_MS = 60_000;

/** What an exchange is for: any token that serves, one for claims, a new one whatever there is, or one in good time. */
type Purpose = 'any' | 'claims' | 'new' | 'ahead';

/**
 * The way of every token: memory, then an exchange that is under way, then the store that processes share if there
 * is one, then an exchange. It knows nothing of requests, users and grants; a {@link TokenRequest} says whose token
 * it is and how it is got.
 */
export class TokenAcquirer {
  readonly #logger = new Logger('EntraAuth');
  readonly #cache: MemoryTokenCache;
  readonly #underWay = new SingleFlight<ObtainedToken>();
  readonly #exchanges: TokenExchanges;
  readonly #evictions = new Evictions();
  /** Tokens whose renewal was tried: each is renewed ahead of time once. */
  readonly #renewed = new WeakSet<CachedToken>();
  readonly #sweep: NodeJS.Timeout;

  /** The store that processes share, where there is one. */
  readonly #stored: StoredTokens | undefined;

  constructor(
    options: { readonly maxBytes: number; readonly expiryBufferSeconds: number },
    createStored: (factory: CachedTokenFactory) => StoredTokens | undefined = () => undefined,
    private readonly flow?: TokenFlow,
    lines = new RejectionLog(),
  ) {
    this.#cache = new MemoryTokenCache(options.maxBytes);
    const factory = new CachedTokenFactory(options.expiryBufferSeconds * 1000);
    this.#exchanges = new TokenExchanges(factory, flow, lines);
    this.#stored = createStored(factory);
    this.#sweep = setInterval(() => this.sweep(), SWEEP_INTERVAL_MS).unref();
  }

  /** The token in memory that serves a request; `undefined` when there is none. */
  recall(request: TokenRequest): CachedToken | undefined {
    const wall = wallClockMs();
    const monotonic = monotonicMs();
    const token = this.#cache.find(request.key, request.names, wall, monotonic);
    if (!token || !isOwnedBy(token, request)) return undefined;
    this.flow?.step({ kind: 'memory_hit', scopes: request.scopes, expiresAt: token.expiresAt });
    if (laterTime(token.clockAnchor, wall, monotonic) >= token.refreshAt) this.renewAhead(token, request);
    return token;
  }

  /** Gets a token from the store or by an exchange, joining whoever does the same. @throws TokenAcquisitionError */
  async acquire(request: TokenRequest, options: TokenAcquisitionOptions): Promise<CachedToken> {
    return (await this.obtain(request, options)).token;
  }

  /** As {@link acquire}, and tells where the token came from. */
  async obtain(request: TokenRequest, options: TokenAcquisitionOptions): Promise<ObtainedToken> {
    checkAcquisitionOptions(options);
    options.signal?.throwIfAborted();
    const purpose = options.forceRefresh ? 'new' : options.claims === undefined ? 'any' : 'claims';
    const flight = this.flightOf(request, purpose);
    const failure = purpose === 'any' ? this.#exchanges.recentFailure(flight) : undefined;
    this.flow?.step({ kind: 'memory_miss', scopes: request.scopes });
    if (failure) this.flow?.step({ kind: 'failure_remembered', error: failure });
    if (failure) throw failure;
    if (this.#underWay.isUnderWay(flight))
      this.flow?.step({ kind: 'exchange_joined', scopes: request.scopes });
    const begun = this.#evictions.count;
    const correlationId = options.correlationId ?? randomUUID();
    const exchange = () => this.#exchanges.run(request, flight, correlationId);
    const work = () => this.byWayOfStore(request, exchange, purpose, begun);
    const obtained = await orAborted(this.#underWay.run(flight, work), options.signal);
    this.flow?.step({ kind: 'token_obtained', scopes: request.scopes, source: obtained.source });
    return obtained;
  }

  /**
   * A token in place of one that a downstream API refused. The refused one is forgotten first, so that it serves
   * nobody any more whatever comes; the new one serves from then on wherever the refused one did.
   *
   * @param claimed the same request, with the claims that were asked for
   */
  async replace(
    refused: string,
    request: TokenRequest,
    claimed: TokenRequest,
    options: TokenAcquisitionOptions,
  ): Promise<CachedToken> {
    await Promise.all([request, claimed].map((one) => this.forget(one, refused)));
    const begun = this.#evictions.count;
    const token = this.recall(claimed) ?? (await this.acquire(claimed, options));
    this.remember(request, token, begun);
    return token;
  }

  /** Bytes of the tokens in memory, as counted. */
  get bytes(): number {
    return this.#cache.bytes;
  }

  /**
   * Forgets a token of a request, in memory and in the store: it is not accepted any more.
   * @param refused the token; without it all that stand under the request's key
   */
  async forget(request: TokenRequest, refused?: string): Promise<void> {
    this.#evictions.ofKey(request.key);
    await this.removeTokens(ownerOf(request), [request.names], refused);
    // What was read or acquired meanwhile may be what was deleted.
    this.#evictions.ofKey(request.key);
  }

  /**
   * Forgets all tokens of a user that are in memory, and their records in the store.
   * @param requests what this user may have asked for elsewhere: records of other processes
   */
  async forgetUser(userId: string, requests: readonly TokenRequest[] = []): Promise<void> {
    this.#evictions.ofUser(userId);
    await Promise.all([
      ...this.#cache.keysOf(userId).map((key) => this.removeTokens({ key, userId, isOfUser: true })),
      ...requests.map((request) => this.removeTokens(ownerOf(request), [request.names])),
    ]);
    // What was read or acquired meanwhile may be what was deleted.
    this.#evictions.ofUser(userId);
  }

  /** Forgets all tokens of memory, stops looking for expired ones, and lets writes to the store end. */
  async close(): Promise<void> {
    clearInterval(this.#sweep);
    this.#cache.clear();
    await this.#stored?.close();
  }

  private async removeTokens(
    owner: TokenOwner,
    more: readonly ReadonlySet<string>[] = [],
    refused?: string,
  ): Promise<void> {
    const tokens = this.#cache.remove(owner.key, refused);
    const scopes = [...tokens.map(({ requested }) => new Set(requested.map(scopeName))), ...more];
    const isDone = await this.#stored?.forget(owner, scopes);
    if (isDone === false) {
      this.#logger.warn(
        'Tokens were to be deleted, and the token cache store could not be reached: their records stay there until they expire',
      );
    }
  }

  /** Asks the store first, if there is one. What is found there is remembered as if it came from an exchange. */
  private async byWayOfStore(
    request: TokenRequest,
    exchange: () => Promise<CachedToken>,
    purpose: Purpose,
    begun: number,
    renewed?: CachedToken,
  ): Promise<ObtainedToken> {
    const isForced = purpose === 'new';
    const lookup: StoreLookup = {
      renewed,
      acceptedFrom: () => this.#evictions.acceptedFrom(request),
      isCurrent: () => this.isCurrent(request, begun),
    };
    const obtained = await (!this.#stored
      ? { token: await exchange(), source: 'identity-platform' as const }
      : isForced
        ? this.#stored.replace(request, exchange, lookup)
        : this.#stored.obtain(request, exchange, lookup));
    const isRemembered = this.remember(request, obtained.token, begun);
    // A forced refresh supersedes acquisitions already in flight.
    if (isForced && isRemembered) this.#evictions.supersede(request.key);
    return obtained;
  }

  /** Between two parts of it, requests have their turn. */
  private sweep(): void {
    if (this.#cache.sweep(monotonicMs())) setImmediate(() => this.sweep()).unref();
  }

  /** Puts a token into memory, unless it was evicted since the work for it began; tells whether. */
  private remember(request: TokenRequest, token: CachedToken, begun: number): boolean {
    const isCurrent = this.isCurrent(request, begun);
    if (isCurrent) this.#cache.add(request.key, token, wallClockMs(), monotonicMs());
    return isCurrent;
  }

  /** Whether nothing that a request asks for was evicted since `begun`. */
  private isCurrent(request: TokenRequest, begun: number): boolean {
    return this.#evictions.latest(request) <= begun;
  }

  /** Renews a token that is still good; if that fails, it serves on to its end. */
  private renewAhead(token: CachedToken, request: TokenRequest): void {
    if (this.#renewed.has(token)) return;
    this.#renewed.add(token);
    this.flow?.step({ kind: 'renewal_started', scopes: token.requested });
    // All it was asked for: this request may want less of it.
    const whole = { ...request, scopes: token.requested, names: new Set(token.requested.map(scopeName)) };
    const flight = this.flightOf(whole, 'ahead');
    const begun = this.#evictions.count;
    const exchange = () => this.#exchanges.run(whole, flight, randomUUID());
    // What went wrong is in the log; whoever needs the token then will meet it.
    this.#underWay
      .run(flight, () => this.byWayOfStore(whole, exchange, 'ahead', begun, token))
      .catch(() => undefined);
  }

  /**
   * What is one piece of work: requests for other scopes of a resource do not share it, nor do those of another
   * purpose, nor those that came after an eviction.
   */
  private flightOf(request: TokenRequest, purpose: Purpose): string {
    const { key, names } = request;
    return `${key}|${[...names].sort().join(' ')}|${purpose}|${this.#evictions.latest(request)}`;
  }
}

function ownerOf({ key, userId, assertion }: TokenRequest): TokenOwner {
  return { key, userId, isOfUser: assertion !== undefined };
}
