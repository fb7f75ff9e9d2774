import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { CachedToken } from '../cache/cached-token.js';
import { MemoryTokenCache } from '../cache/memory-token.cache.js';
import type { TokenFlow } from '../caller/token-flow.js';
import { EntraAuthError } from '../errors/entra-auth.error.js';
import { acquisitionLogLevel } from './aadsts-log-level.js';
import { checkAcquisitionOptions } from './acquisition-option-checks.js';
import { HoldBack } from './hold-back.js';
import { RecentFailures } from './recent-failures.js';
import { scopeName } from './scope-request.js';
import { orAborted, SingleFlight } from './single-flight.js';
import { tokenLifetime } from './token-lifetime.js';
import type { TokenAcquisitionOptions } from './token-acquisition.options.js';
import type { ExchangedToken } from './token-exchange-engine.js';
import type { TokenRequest } from './token-request.js';

/** How often expired tokens are looked for, beside whenever one is added. */
const SWEEP_INTERVAL_MS = 60_000;

type GrantedScopes = Pick<CachedToken, 'requested' | 'scopes' | 'names'>;

/**
 * The way of every token: memory, then an exchange that is under way, then an exchange. It knows nothing of
 * requests, users and grants; a {@link TokenRequest} says whose token it is and how it is got.
 */
export class TokenAcquirer {
  readonly #logger = new Logger('EntraAuth');
  readonly #cache: MemoryTokenCache;
  readonly #exchanges = new SingleFlight<CachedToken>();
  readonly #failures = new RecentFailures();
  readonly #granted = new LRUCache<string, GrantedScopes>({ max: 1_000 });
  readonly #holdBack = new HoldBack();
  /** Tokens whose renewal was tried: each is renewed ahead of time once. */
  readonly #renewed = new WeakSet<CachedToken>();
  readonly #sweep: NodeJS.Timeout;

  constructor(
    private readonly options: { readonly maxBytes: number; readonly expiryBufferSeconds: number },
    private readonly flow?: TokenFlow,
  ) {
    this.#cache = new MemoryTokenCache(options.maxBytes);
    this.#sweep = setInterval(() => this.sweep(), SWEEP_INTERVAL_MS).unref();
  }

  /** The token in memory that serves a request; `undefined` when there is none. */
  recall(request: TokenRequest): CachedToken | undefined {
    const now = Date.now();
    const token = this.#cache.find(request.key, request.names, now);
    // The key says whose an entry is, and the entry says it again: a fault in the one is caught by the other.
    if (!token || !isOwnedBy(token, request)) return undefined;
    this.flow?.step({ kind: 'memory_hit', scopes: request.scopes, expiresAt: token.expiresAt });
    if (now >= token.refreshAt) this.renewAhead(token, request);
    return token;
  }

  /** Exchanges for a token, joining whoever does the same. @throws TokenAcquisitionError */
  async acquire(request: TokenRequest, options: TokenAcquisitionOptions): Promise<CachedToken> {
    checkAcquisitionOptions(options);
    options.signal?.throwIfAborted();
    const isForced = options.forceRefresh === true || options.claims !== undefined;
    const flight = flightOf(request, isForced);
    const failure = isForced ? undefined : this.#failures.find(flight, Date.now());
    this.flow?.step({ kind: 'memory_miss', scopes: request.scopes });
    if (failure) this.flow?.step({ kind: 'failure_remembered', error: failure });
    if (failure) throw failure;
    if (this.#exchanges.isUnderWay(flight))
      this.flow?.step({ kind: 'exchange_joined', scopes: request.scopes });
    const work = () => this.exchange(request, flight, options.correlationId ?? randomUUID());
    return orAborted(this.#exchanges.run(flight, work), options.signal);
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
    this.#cache.remove(request.key, refused);
    this.#cache.remove(claimed.key, refused);
    const token = this.recall(claimed) ?? (await this.acquire(claimed, options));
    this.#cache.add(request.key, token, Date.now());
    return token;
  }

  /** Bytes of the tokens in memory, as counted. */
  get bytes(): number {
    return this.#cache.bytes;
  }

  /** Forgets all tokens, and stops looking for expired ones. */
  close(): void {
    clearInterval(this.#sweep);
    this.#cache.clear();
  }

  /** Between two parts of it, requests have their turn. */
  private sweep(): void {
    if (this.#cache.sweep(Date.now())) setImmediate(() => this.sweep()).unref();
  }

  private async exchange(request: TokenRequest, flight: string, correlationId: string): Promise<CachedToken> {
    const { holder, scopes } = request;
    this.#holdBack.check(holder, Date.now());
    this.flow?.step({ kind: 'exchange_started', scopes, tenantId: request.tenantId, correlationId });
    try {
      const exchanged = await request.exchange(request.scopes, correlationId);
      const acquiredAt = Date.now();
      const { assertionExpiresAt, tenantId, userId, assertionId } = request;
      const times = { acquiredAt, assertionExpiresAt, ...exchanged };
      const token: CachedToken = {
        accessToken: exchanged.accessToken,
        expiresAt: exchanged.expiresAt,
        ...tokenLifetime(times, this.options.expiryBufferSeconds * 1000),
        ...this.scopesOf(request, exchanged),
        tenantId,
        userId,
        assertionId,
        correlationId,
      };
      this.#cache.add(request.key, token, acquiredAt);
      this.#failures.delete(flight);
      this.flow?.step({
        kind: 'exchange_finished',
        scopes: token.scopes,
        expiresAt: token.expiresAt,
        correlationId,
      });
      return token;
    } catch (error) {
      this.#failures.add(flight, error, Date.now());
      this.#holdBack.note(holder, error, Date.now());
      this.log(error, request, correlationId);
      this.flow?.step({ kind: 'exchange_failed', error, correlationId });
      throw error;
    }
  }

  /** What a token was asked for and grants: the same for every user, so that all share one copy of it. */
  private scopesOf(request: TokenRequest, { scopes }: ExchangedToken): GrantedScopes {
    const key = `${request.scopes.join(' ')}|${scopes.join(' ')}`;
    const known = this.#granted.get(key);
    if (known) return known;
    const names = new Set([...request.names, ...scopes.map(scopeName)]);
    const granted = Object.freeze({ requested: request.scopes, scopes, names });
    this.#granted.set(key, granted);
    return granted;
  }

  /** Renews a token that is still good; if that fails, it serves on to its end. */
  private renewAhead(token: CachedToken, request: TokenRequest): void {
    if (this.#renewed.has(token)) return;
    this.#renewed.add(token);
    this.flow?.step({ kind: 'renewal_started', scopes: token.requested });
    // All it was asked for: this request may want less of it.
    const whole = { ...request, scopes: token.requested, names: new Set(token.requested.map(scopeName)) };
    const flight = flightOf(whole, true);
    // What went wrong is in the log; whoever needs the token then will meet it.
    this.#exchanges.run(flight, () => this.exchange(whole, flight, randomUUID())).catch(() => undefined);
  }

  /** One line for a failed exchange, however many requests waited for it. */
  private log(error: unknown, { scopes, tenantId }: TokenRequest, correlationId: string): void {
    const what = error instanceof EntraAuthError ? `${error.code}: ${error.reason}` : 'unexpected failure';
    const line = `No token for ${scopes.join(' ')} in tenant ${tenantId} (correlation id ${correlationId}): ${what}`;
    this.#logger[acquisitionLogLevel(error)](line);
  }
}

/** Requests for other scopes of a resource do not share an exchange, nor do those that insist on a new token. */
function flightOf({ key, names }: TokenRequest, isForced: boolean): string {
  return `${key}|${[...names].sort().join(' ')}|${isForced ? 'new' : ''}`;
}

function isOwnedBy(token: CachedToken, request: TokenRequest): boolean {
  return (
    token.assertionId === request.assertionId &&
    token.userId === request.userId &&
    token.tenantId === request.tenantId
  );
}
