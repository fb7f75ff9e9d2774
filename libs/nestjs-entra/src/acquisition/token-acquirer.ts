import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import type { CachedToken } from '../cache/cached-token.js';
import { MemoryTokenCache } from '../cache/memory-token.cache.js';
import type { TokenFlow } from '../caller/token-flow.js';
import { EntraAuthError } from '../errors/entra-auth.error.js';
import { acquisitionLogLevel } from './aadsts-log-level.js';
import { checkAcquisitionOptions } from './acquisition-option-checks.js';
import { CachedTokenFactory } from './cached-token.factory.js';
import { HoldBack } from './hold-back.js';
import { RecentFailures } from './recent-failures.js';
import { scopeName } from './scope-request.js';
import { orAborted, SingleFlight } from './single-flight.js';
import type { ObtainedToken, StoredTokens } from './stored-tokens.js';
import type { TokenAcquisitionOptions } from './token-acquisition.options.js';
import { isOwnedBy } from './token-ownership.js';
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
  readonly #exchanges = new SingleFlight<ObtainedToken>();
  readonly #failures = new RecentFailures();
  readonly #holdBack = new HoldBack();
  /** Tokens whose renewal was tried: each is renewed ahead of time once. */
  readonly #renewed = new WeakSet<CachedToken>();
  readonly #sweep: NodeJS.Timeout;

  readonly #factory: CachedTokenFactory;
  /** The store that processes share, where there is one. */
  readonly #stored: StoredTokens | undefined;

  constructor(
    options: { readonly maxBytes: number; readonly expiryBufferSeconds: number },
    createStored: (factory: CachedTokenFactory) => StoredTokens | undefined = () => undefined,
    private readonly flow?: TokenFlow,
  ) {
    this.#cache = new MemoryTokenCache(options.maxBytes);
    this.#factory = new CachedTokenFactory(options.expiryBufferSeconds * 1000);
    this.#stored = createStored(this.#factory);
    this.#sweep = setInterval(() => this.sweep(), SWEEP_INTERVAL_MS).unref();
  }

  /** The token in memory that serves a request; `undefined` when there is none. */
  recall(request: TokenRequest): CachedToken | undefined {
    const now = Date.now();
    const token = this.#cache.find(request.key, request.names, now);
    if (!token || !isOwnedBy(token, request)) return undefined;
    this.flow?.step({ kind: 'memory_hit', scopes: request.scopes, expiresAt: token.expiresAt });
    if (now >= token.refreshAt) this.renewAhead(token, request);
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
    const flight = flightOf(request, purpose);
    const failure = purpose === 'any' ? this.#failures.find(flight, Date.now()) : undefined;
    this.flow?.step({ kind: 'memory_miss', scopes: request.scopes });
    if (failure) this.flow?.step({ kind: 'failure_remembered', error: failure });
    if (failure) throw failure;
    if (this.#exchanges.isUnderWay(flight))
      this.flow?.step({ kind: 'exchange_joined', scopes: request.scopes });
    const exchange = () => this.exchange(request, flight, options.correlationId ?? randomUUID());
    const work = () => this.byWayOfStore(request, exchange, purpose);
    const obtained = await orAborted(this.#exchanges.run(flight, work), options.signal);
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
    const token = this.recall(claimed) ?? (await this.acquire(claimed, options));
    this.#cache.add(request.key, token, Date.now());
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
    await this.forgetKey(request.key, request.assertion !== undefined, [request.names], refused);
  }

  /**
   * Forgets all tokens of a user that are in memory, and their records in the store.
   * @param requests what this user may have asked for elsewhere: records of other processes
   */
  async forgetUser(userId: string, requests: readonly TokenRequest[] = []): Promise<void> {
    await Promise.all([
      ...this.#cache.keysOf(userId).map((key) => this.forgetKey(key, true)),
      ...requests.map((request) => this.forget(request)),
    ]);
  }

  /** Forgets all tokens of memory, stops looking for expired ones, and lets writes to the store end. */
  async close(): Promise<void> {
    clearInterval(this.#sweep);
    this.#cache.clear();
    await this.#stored?.close();
  }

  private async forgetKey(
    key: string,
    isOfUser: boolean,
    more: readonly ReadonlySet<string>[] = [],
    refused?: string,
  ): Promise<void> {
    const tokens = this.#cache.remove(key, refused);
    const scopes = [...tokens.map(({ requested }) => new Set(requested.map(scopeName))), ...more];
    const isDone = await this.#stored?.forget(key, scopes, isOfUser);
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
    renewed?: CachedToken,
  ): Promise<ObtainedToken> {
    if (!this.#stored) return { token: await exchange(), source: 'identity-platform' };
    if (purpose === 'new') return this.#stored.replace(request, exchange);
    const obtained = await this.#stored.obtain(request, exchange, renewed);
    if (obtained.source === 'store') this.#cache.add(request.key, obtained.token, Date.now());
    return obtained;
  }

  /** Between two parts of it, requests have their turn. */
  private sweep(): void {
    if (this.#cache.sweep(Date.now())) setImmediate(() => this.sweep()).unref();
  }

  private async exchange(request: TokenRequest, flight: string, correlationId: string): Promise<CachedToken> {
    const { holder, scopes, tenantId } = request;
    this.#holdBack.check(holder, Date.now());
    this.flow?.step({ kind: 'exchange_started', scopes, tenantId, correlationId });
    try {
      const exchanged = await request.exchange(request.scopes, correlationId);
      const acquiredAt = Date.now();
      const token = this.#factory.create(request, exchanged, correlationId, acquiredAt);
      this.#cache.add(request.key, token, acquiredAt);
      this.#failures.delete(flight);
      const { expiresAt } = token;
      this.flow?.step({ kind: 'exchange_finished', scopes: token.scopes, expiresAt, correlationId });
      return token;
    } catch (error) {
      this.#failures.add(flight, error, Date.now());
      this.#holdBack.note(holder, error, Date.now());
      this.log(error, request, correlationId);
      this.flow?.step({ kind: 'exchange_failed', error, correlationId });
      throw error;
    }
  }

  /** Renews a token that is still good; if that fails, it serves on to its end. */
  private renewAhead(token: CachedToken, request: TokenRequest): void {
    if (this.#renewed.has(token)) return;
    this.#renewed.add(token);
    this.flow?.step({ kind: 'renewal_started', scopes: token.requested });
    // All it was asked for: this request may want less of it.
    const whole = { ...request, scopes: token.requested, names: new Set(token.requested.map(scopeName)) };
    const flight = flightOf(whole, 'ahead');
    const exchange = () => this.exchange(whole, flight, randomUUID());
    // What went wrong is in the log; whoever needs the token then will meet it.
    this.#exchanges
      .run(flight, () => this.byWayOfStore(whole, exchange, 'ahead', token))
      .catch(() => undefined);
  }

  /** One line for a failed exchange, however many requests waited for it. */
  private log(error: unknown, { scopes, tenantId }: TokenRequest, correlationId: string): void {
    const what = error instanceof EntraAuthError ? `${error.code}: ${error.reason}` : 'unexpected failure';
    const line = `No token for ${scopes.join(' ')} in tenant ${tenantId} (correlation id ${correlationId}): ${what}`;
    this.#logger[acquisitionLogLevel(error)](line);
  }
}

/** Requests for other scopes of a resource do not share an exchange, nor do those of another purpose. */
function flightOf({ key, names }: TokenRequest, purpose: Purpose): string {
  return `${key}|${[...names].sort().join(' ')}|${purpose}`;
}
