import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { RESOLVED_OPTIONS } from '../auth.constants.js';
import type { CachedToken } from '../cache/cached-token.js';
import { CallerContext, type Caller } from '../caller/caller-context.js';
import { NoUserAssertionError } from '../errors/acquisition.errors.js';
import { AppOnlyCallerError } from '../errors/authorization.errors.js';
import type { ResolvedOptions } from '../options/resolved-options.js';
import { AcquiredTokens } from './acquired-tokens.js';
import { concreteTenant } from './concrete-tenant.js';
import { presentedAssertion, type OnBehalfOfRequest } from './presented-assertion.js';
import { ScopeRequests } from './scope-requests.js';
import { TokenAcquirer } from './token-acquirer.js';
import type { AcquiredToken, TokenAcquisitionOptions } from './token-acquisition.options.js';
import { TOKEN_EXCHANGE_ENGINE, type TokenExchangeEngine } from './token-exchange-engine.js';
import type { TokenRequest } from './token-request.js';
import { TokenRequests, type ExchangeSubject } from './token-requests.js';

/**
 * Tokens for downstream APIs: on behalf of the caller of the current request, and for the API itself.
 *
 * A singleton: it knows the current request by itself, in controllers and in any provider below them.
 */
@Injectable()
export class TokenAcquisitionService implements OnApplicationShutdown {
  readonly #scopes: ScopeRequests;
  readonly #requests: TokenRequests;
  readonly #acquirer: TokenAcquirer;

  constructor(
    @Inject(RESOLVED_OPTIONS) options: ResolvedOptions,
    @Inject(TOKEN_EXCHANGE_ENGINE) engine: TokenExchangeEngine,
    private readonly context: CallerContext,
  ) {
    this.#scopes = new ScopeRequests(options.authority.graphResource, options.downstreamApis);
    this.#requests = new TokenRequests(options, engine);
    this.#acquirer = new TokenAcquirer(options.tokenCache, context.flow);
    // What is exchanged for every caller is known now, so a contradiction in it stops the boot.
    this.#scopes.of(options.scopes);
  }

  /**
   * An access token for the caller of the current request.
   *
   * @param scopes scopes of one downstream API: `'User.Read'`, `['api://…/Read', 'api://…/Write']`
   * @throws NoUserAssertionError outside a request
   * @throws AppOnlyCallerError when the caller is an application
   * @throws ConfigurationError when `scopes` names no scope or several resources, or `options` cannot be used
   * @throws ConsentRequiredError, ClaimsChallengeError, InteractionRequiredError, AccessBlockedError,
   *   AssertionRejectedError, ClientCredentialError, IdentityPlatformUnavailableError as the identity platform answers
   */
  async getAccessTokenForUser(
    scopes: string | readonly string[],
    options?: TokenAcquisitionOptions,
  ): Promise<string> {
    const request = this.userRequest(scopes, options);
    const known = this.recall(request, options);
    return known ? known.accessToken : (await this.acquire(request, options)).accessToken;
  }

  /** As {@link getAccessTokenForUser}, with what is known of the token. */
  async getTokenForUser(
    scopes: string | readonly string[],
    options?: TokenAcquisitionOptions,
  ): Promise<AcquiredToken> {
    return this.acquired(this.userRequest(scopes, options), options);
  }

  /**
   * An access token for the API itself, without a user.
   *
   * @param scope ends in `/.default`
   * @throws ConfigurationError when the scope does not, or no concrete tenant is known
   * @throws ClientCredentialError, AccessBlockedError, IdentityPlatformUnavailableError as the identity platform answers
   */
  async getAccessTokenForApp(scope: string, options?: TokenAcquisitionOptions): Promise<string> {
    return (await this.getTokenForApp(scope, options)).accessToken;
  }

  /** As {@link getAccessTokenForApp}, with what is known of the token. */
  async getTokenForApp(scope: string, options?: TokenAcquisitionOptions): Promise<AcquiredToken> {
    const request = this.#requests.ofApplication(
      this.#scopes.single(scope),
      options?.tenantId,
      options?.claims,
    );
    return this.acquired(request, options);
  }

  /**
   * The exchange without a request, for queues and sockets that carry the user's token themselves. The
   * assertion is not validated here; hand in none that you would not accept.
   *
   * @throws as {@link getAccessTokenForUser}, and ConfigurationError when no tenant is known
   */
  async acquireTokenOnBehalfOf(
    request: OnBehalfOfRequest,
    options?: Pick<TokenAcquisitionOptions, 'correlationId' | 'forceRefresh' | 'signal'>,
  ): Promise<AcquiredToken> {
    const { claims, scopes } = request;
    const token = this.#requests.onBehalfOf(presentedAssertion(request), this.#scopes.single(scopes), claims);
    return this.acquired(token, { ...options, claims });
  }

  /** Acquires tokens for the caller ahead of use: one exchange per resource, all in parallel. */
  async prefetch(scopes: readonly string[]): Promise<AcquiredTokens> {
    const acquire = async (request: TokenRequest) => this.#acquirer.recall(request) ?? this.acquire(request);
    const tokens = await Promise.all(this.requestsFor(scopes).map(acquire));
    return new AcquiredTokens(this.#scopes.of(scopes), tokens, this.#scopes);
  }

  /** What {@link prefetch} would give when all of it is in memory, without a promise; else `undefined`. */
  prefetched(scopes: readonly string[]): AcquiredTokens | undefined {
    const tokens: CachedToken[] = [];
    for (const request of this.requestsFor(scopes)) {
      const token = this.#acquirer.recall(request);
      if (!token) return undefined;
      tokens.push(token);
    }
    return new AcquiredTokens(this.#scopes.of(scopes), tokens, this.#scopes);
  }

  /**
   * A token in place of one that a downstream API refused with a claims challenge. The refused one is not served any
   * more, even if there is no other.
   * @internal
   */
  async replaceTokenForUser(
    refused: string,
    scopes: string | readonly string[],
    options: TokenAcquisitionOptions & { claims: string },
  ): Promise<string> {
    const plain = this.userRequest(scopes, { ...options, claims: undefined });
    const claimed = this.userRequest(scopes, options);
    return (await this.#acquirer.replace(refused, plain, claimed, options)).accessToken;
  }

  /** As {@link replaceTokenForUser}, for the API itself. @internal */
  async replaceTokenForApp(
    refused: string,
    scope: string,
    options: TokenAcquisitionOptions & { claims: string },
  ): Promise<string> {
    const { tenantId, claims } = options;
    const of = (wanted?: string) =>
      this.#requests.ofApplication(this.#scopes.single(scope), tenantId, wanted);
    return (await this.#acquirer.replace(refused, of(), of(claims), options)).accessToken;
  }

  onApplicationShutdown(): void {
    this.#acquirer.close();
  }

  private requestsFor(scopes: readonly string[]): TokenRequest[] {
    const subject = subjectOf(this.userCaller());
    return this.#scopes.of(scopes).map((wanted) => this.#requests.onBehalfOf(subject, wanted));
  }

  private userRequest(
    scopes: string | readonly string[],
    options: TokenAcquisitionOptions | undefined,
  ): TokenRequest {
    const subject = subjectOf(this.userCaller(), options?.tenantId);
    return this.#requests.onBehalfOf(subject, this.#scopes.single(scopes), options?.claims);
  }

  private async acquired(
    request: TokenRequest,
    options: TokenAcquisitionOptions = {},
  ): Promise<AcquiredToken> {
    const known = this.recall(request, options);
    return known
      ? describe(known, 'memory')
      : describe(await this.acquire(request, options), 'identity-platform');
  }

  private async acquire(request: TokenRequest, options: TokenAcquisitionOptions = {}): Promise<CachedToken> {
    try {
      const token = await this.#acquirer.acquire(request, options);
      this.context.flow?.step({
        kind: 'token_obtained',
        scopes: request.scopes,
        source: 'identity-platform',
      });
      return token;
    } catch (error) {
      throw this.context.failed(error);
    }
  }

  /** The token in memory, unless a new one is wanted. */
  private recall(
    request: TokenRequest,
    options: TokenAcquisitionOptions | undefined,
  ): CachedToken | undefined {
    return options?.forceRefresh ? undefined : this.#acquirer.recall(request);
  }

  private userCaller(): Caller {
    const { caller } = this.context;
    if (!caller) {
      throw new NoUserAssertionError(
        'A token for the user was asked for, and there is no user: either no request is being served, or its route is @Public() or not guarded by JwtAuthGuard.',
      );
    }
    if (caller.user.isAppOnly) throw this.context.failed(new AppOnlyCallerError());
    return caller;
  }
}

function subjectOf({ user, assertion }: Caller, tenant?: string): ExchangeSubject {
  const tenantId = tenant === undefined ? user.tid : concreteTenant(tenant);
  return { assertion, tenantId, userId: user.oid, assertionExpiresAt: user.claims.exp * 1000 };
}

function describe(token: CachedToken, source: AcquiredToken['source']): AcquiredToken {
  const { accessToken, expiresAt, scopes, tenantId, correlationId } = token;
  return { accessToken, expiresOn: new Date(expiresAt), scopes, tenantId, source, correlationId };
}
