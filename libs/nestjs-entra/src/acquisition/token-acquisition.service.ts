import { randomUUID } from 'node:crypto';
import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { CachedToken } from '../cache/cached-token.js';
import { MemoryTokenCache } from '../cache/memory-token.cache.js';
import { tokenCacheKey } from '../cache/token-cache-key.js';
import { CallerContext, type Caller } from '../caller/caller-context.js';
import { IdentityPlatformUnavailableError, NoUserAssertionError } from '../errors/acquisition.errors.js';
import { AppOnlyCallerError } from '../errors/authorization.errors.js';
import { EntraAuthError } from '../errors/entra-auth.error.js';
import { RESOLVED_OPTIONS } from '../auth.constants.js';
import type { ResolvedOptions } from '../options/resolved-options.js';
import { AcquiredTokens } from './acquired-tokens.js';
import { scopeName, scopeRequests, singleScopeRequest, type ScopeRequest } from './scope-request.js';
import { orAborted, SingleFlight } from './single-flight.js';
import type { AcquiredToken, TokenAcquisitionOptions } from './token-acquisition.options.js';
import {
  TOKEN_EXCHANGE_ENGINE,
  type ExchangedToken,
  type TokenExchangeEngine,
} from './token-exchange-engine.js';

/** A token that ends less than this before its assertion is as long as any exchange could make it. */
const RENEWAL_GAIN_MS = 60_000;

/** What such a token keeps of its life for the way to the downstream API. */
const LAST_MARGIN_MS = 10_000;

/**
 * Tokens for downstream APIs, on behalf of the caller of the current request.
 *
 * A singleton: it knows the current request by itself, in controllers and in any provider below them.
 */
@Injectable()
export class TokenAcquisitionService implements OnApplicationShutdown {
  readonly #logger = new Logger('EntraAuth');
  readonly #cache: MemoryTokenCache;
  readonly #exchanges = new SingleFlight<CachedToken>();

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    @Inject(TOKEN_EXCHANGE_ENGINE) private readonly engine: TokenExchangeEngine,
    private readonly context: CallerContext,
  ) {
    this.#cache = new MemoryTokenCache(options.tokenCache.maxBytes);
    // What is exchanged for every caller is known now, so a contradiction in it stops the boot.
    scopeRequests(options.scopes, options.authority.graphResource);
  }

  /**
   * An access token for the caller of the current request.
   *
   * @param scopes scopes of one downstream API: `'User.Read'`, `['api://…/Read', 'api://…/Write']`
   * @throws NoUserAssertionError outside a request
   * @throws AppOnlyCallerError when the caller is an application
   * @throws ConsentRequiredError, ClaimsChallengeError, InteractionRequiredError, AccessBlockedError,
   *   AssertionRejectedError, ClientCredentialError, IdentityPlatformUnavailableError as the identity platform answers
   */
  async getAccessTokenForUser(
    scopes: string | readonly string[],
    options?: TokenAcquisitionOptions,
  ): Promise<string> {
    return (await this.getTokenForUser(scopes, options)).accessToken;
  }

  /** As {@link getAccessTokenForUser}, with what is known of the token. */
  async getTokenForUser(
    scopes: string | readonly string[],
    options: TokenAcquisitionOptions = {},
  ): Promise<AcquiredToken> {
    const caller = this.userCaller();
    const { graphResource } = this.options.authority;
    const request = singleScopeRequest(typeof scopes === 'string' ? [scopes] : scopes, graphResource);
    return this.acquire(caller, request, options);
  }

  /** Acquires tokens for the caller ahead of use: one exchange per resource, all in parallel. */
  async prefetch(scopes: readonly string[]): Promise<AcquiredTokens> {
    const caller = this.userCaller();
    const { graphResource } = this.options.authority;
    const acquire = async (request: ScopeRequest) =>
      [request.resource, await this.acquire(caller, request, {})] as const;
    const tokens = await Promise.all(scopeRequests(scopes, graphResource).map(acquire));
    return new AcquiredTokens(new Map(tokens), graphResource);
  }

  onApplicationShutdown(): void {
    this.#cache.clear();
  }

  private userCaller(): Caller {
    const { caller } = this.context;
    if (!caller) {
      throw new NoUserAssertionError(
        'A token for the user was asked for, and there is no user: either no request is being served, or its route is @Public() or not guarded by JwtAuthGuard.',
      );
    }
    if (caller.user.isAppOnly) throw new AppOnlyCallerError();
    return caller;
  }

  private async acquire(
    caller: Caller,
    request: ScopeRequest,
    options: TokenAcquisitionOptions,
  ): Promise<AcquiredToken> {
    options.signal?.throwIfAborted();
    const tenantId = options.tenantId ?? caller.user.tid;
    const key = tokenCacheKey({
      clientId: this.options.clientId,
      instance: this.options.authority.instance,
      tenantId,
      userId: caller.user.oid,
      assertionId: caller.assertion.id,
      resource: request.resource,
      claims: options.claims ?? '',
    });
    if (!options.forceRefresh) {
      const cached = this.#cache.find(key, request.names, Date.now());
      if (cached && isOwnedBy(cached, caller, tenantId)) return acquired(cached, 'memory');
    }
    // Callers that want other scopes of the same resource do not share an exchange.
    const flight = `${key}|${[...request.names].sort().join(' ')}|${options.forceRefresh ? 'force' : ''}`;
    const exchange = this.#exchanges.run(flight, () =>
      this.exchange(caller, request, options, tenantId, key),
    );
    return acquired(await orAborted(exchange, options.signal), 'identity-platform');
  }

  private async exchange(
    { user, assertion }: Caller,
    request: ScopeRequest,
    options: TokenAcquisitionOptions,
    tenantId: string,
    key: string,
  ): Promise<CachedToken> {
    const correlationId = options.correlationId ?? randomUUID();
    const { scopes } = request;
    try {
      const { claims } = options;
      const exchanged = await this.engine.exchange({ assertion, tenantId, scopes, claims, correlationId });
      const token: CachedToken = {
        accessToken: exchanged.accessToken,
        expiresAt: exchanged.expiresAt,
        serveUntil: this.serveUntil(exchanged, user.claims.exp),
        scopes: exchanged.scopes,
        names: new Set([...request.names, ...exchanged.scopes.map(scopeName)]),
        tenantId,
        userId: user.oid,
        assertionId: assertion.id,
        correlationId,
      };
      this.#cache.add(key, token, Date.now());
      return token;
    } catch (error) {
      this.logOnce(error, scopes, tenantId, correlationId);
      throw error;
    }
  }

  /**
   * Until when a token is served: its expiry less the buffer, and never past the assertion. A token that
   * ends with its assertion is served nearly to its end, for no exchange would give a longer one.
   */
  private serveUntil({ expiresAt }: ExchangedToken, assertionExpiresAtSeconds: number): number {
    const assertionExpiresAt = assertionExpiresAtSeconds * 1000;
    const bufferMs = this.options.tokenCache.expiryBufferSeconds * 1000;
    const endsWithAssertion = expiresAt > assertionExpiresAt - RENEWAL_GAIN_MS;
    const marginMs = endsWithAssertion ? Math.min(bufferMs, LAST_MARGIN_MS) : bufferMs;
    return Math.min(expiresAt - marginMs, assertionExpiresAt + this.options.clockSkewSeconds * 1000);
  }

  /** One line for a failed exchange, however many requests waited for it. */
  private logOnce(error: unknown, scopes: readonly string[], tenantId: string, correlationId: string): void {
    const what = error instanceof EntraAuthError ? `${error.code}: ${error.message}` : 'unexpected failure';
    const line = `No token for ${scopes.join(' ')} in tenant ${tenantId} (correlation id ${correlationId}): ${what}`;
    const isOurs = !(error instanceof EntraAuthError) || error.getStatus() >= 500;
    if (isOurs && !(error instanceof IdentityPlatformUnavailableError)) this.#logger.error(line);
    else this.#logger.warn(line);
  }
}

/** The key says whose an entry is, and the entry says it again: a fault in the one is caught by the other. */
function isOwnedBy(token: CachedToken, { user, assertion }: Caller, tenantId: string): boolean {
  return token.userId === user.oid && token.assertionId === assertion.id && token.tenantId === tenantId;
}

function acquired(token: CachedToken, source: AcquiredToken['source']): AcquiredToken {
  return {
    accessToken: token.accessToken,
    expiresOn: new Date(token.expiresAt),
    scopes: token.scopes,
    tenantId: token.tenantId,
    source,
    correlationId: token.correlationId,
  };
}
