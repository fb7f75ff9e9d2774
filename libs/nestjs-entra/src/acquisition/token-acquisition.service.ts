import { Inject, Injectable, Optional, type OnApplicationShutdown } from '@nestjs/common';
import { RESOLVED_OPTIONS } from '../auth.constants.js';
import type { CachedToken } from '../cache/cached-token.js';
import { CallerContext } from '../caller/caller-context.js';
import { AssertionRejectedError } from '../errors/acquisition.errors.js';
import { ConfigurationError } from '../errors/configuration.error.js';
import { RejectionLog } from '../errors/rejection-log.js';
import type { ResolvedOptions } from '../options/resolved-options.js';
import { ownCallOptions } from '../own-properties.js';
import { describeToken } from './acquired-token.js';
import { AcquiredTokens } from './acquired-tokens.js';
import { createStoredTokens } from './create-stored-tokens.js';
import { presentedAssertion, type OnBehalfOfRequest } from './presented-assertion.js';
import { ScopeRequests } from './scope-requests.js';
import { TokenAcquirer } from './token-acquirer.js';
import type { AcquiredToken, TokenAcquisitionOptions } from './token-acquisition.options.js';
import type { ObtainedToken } from './stored-tokens.js';
import { TOKEN_EXCHANGE_ENGINE, type TokenExchangeEngine } from './token-exchange-engine.js';
import type { TokenRequest } from './token-request.js';
import { subjectOf, TokenRequests } from './token-requests.js';
import { wallClockMs } from '../network/wall-clock.js';

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
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    @Inject(TOKEN_EXCHANGE_ENGINE) engine: TokenExchangeEngine,
    private readonly context: CallerContext,
    @Optional() @Inject(RejectionLog) lines = new RejectionLog(),
  ) {
    this.#scopes = new ScopeRequests(options.authority.graphResource, options.downstreamApis);
    this.#requests = new TokenRequests(options, engine);
    const { tokenCache } = options;
    this.#acquirer = new TokenAcquirer(
      tokenCache,
      (factory) => createStoredTokens(options, factory),
      context.flow,
      lines,
    );
    // What is exchanged for every caller is known now, so a contradiction in it stops the boot.
    this.#scopes.of(options.scopes);
  }

  /**
   * An access token for the caller of the current request.
   *
   * @param scopes scopes of one downstream API: `'User.Read'`, `['api://…/Read', 'api://…/Write']`
   * @throws NoUserAssertionError outside a request, and once its response has been sent
   * @throws AppOnlyCallerError when the caller is an application
   * @throws ConfigurationError when `scopes` names no scope or several resources, or `options` cannot be used
   * @throws ConsentRequiredError, ClaimsChallengeError, InteractionRequiredError, AccessBlockedError,
   *   AssertionRejectedError, ClientCredentialError, IdentityPlatformUnavailableError as the identity platform answers
   */
  async getAccessTokenForUser(
    scopes: string | readonly string[],
    given?: TokenAcquisitionOptions,
  ): Promise<string> {
    const options = ownCallOptions(given);
    const request = this.userRequest(scopes, options);
    const known = this.recall(request, options);
    return known ? known.accessToken : (await this.acquire(request, options)).accessToken;
  }

  /** As {@link getAccessTokenForUser}, with what is known of the token. */
  async getTokenForUser(
    scopes: string | readonly string[],
    given?: TokenAcquisitionOptions,
  ): Promise<AcquiredToken> {
    const options = ownCallOptions(given);
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
  async getTokenForApp(scope: string, given?: TokenAcquisitionOptions): Promise<AcquiredToken> {
    const options = ownCallOptions(given);
    const { tenantId, claims } = options;
    const request = this.#requests.ofApplication(this.#scopes.single(scope), tenantId, claims);
    return this.acquired(request, options);
  }

  /**
   * The exchange without a request, for queues and sockets that carry the user's token themselves. The assertion
   * is not validated here; hand in none that you would not accept.
   *
   * @throws as {@link getAccessTokenForUser}, and ConfigurationError when no tenant is known
   */
  async acquireTokenOnBehalfOf(
    request: OnBehalfOfRequest,
    options?: Pick<TokenAcquisitionOptions, 'correlationId' | 'forceRefresh' | 'signal'>,
  ): Promise<AcquiredToken> {
    const { scopes, claims } = ownCallOptions(request);
    const token = this.#requests.onBehalfOf(presentedAssertion(request), this.#scopes.single(scopes), claims);
    return this.acquired(token, ownCallOptions({ ...options, claims }));
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

  /** Tells one caller's token from another's; `undefined` where nobody calls. @internal */
  get callerId(): string | undefined {
    return this.context.caller?.assertion.id;
  }

  /**
   * A token in place of one that a downstream API refused with a claims challenge. The refused one is not served any
   * more, even if there is no other.
   * @internal
   */
  async replaceToken(
    refused: string,
    scopes: string | readonly string[],
    { as, ...given }: TokenAcquisitionOptions & { as: 'user' | 'app'; claims: string },
  ): Promise<string> {
    const options = ownCallOptions(given);
    const request = (claims?: string) =>
      as === 'app'
        ? this.#requests.ofApplication(this.#scopes.single(scopes), options.tenantId, claims)
        : this.userRequest(scopes, ownCallOptions({ ...options, claims }));
    const claimed = request(options.claims);
    this.requireLiveAssertion(claimed);
    const replaced = this.#acquirer.replace(refused, request(), claimed, options);
    return (await this.orFailed(replaced)).accessToken;
  }

  /**
   * Forgets the tokens of a user: those in the memory of this process and their records in the shared store. The
   * next request exchanges anew. Other processes keep what they have in memory.
   *
   * @param user default: the caller; what other processes stored for the caller's access token leaves as well then
   * @throws NoUserAssertionError outside a request, when no user is given
   */
  async evictUser(user?: { readonly oid: string }): Promise<void> {
    const { oid } = user ?? this.context.requireUser().user;
    if (typeof oid !== 'string' || oid === '')
      throw new ConfigurationError('evictUser() was given a user without oid.');
    const { caller } = this.context;
    const subject = caller?.user.oid === oid ? subjectOf(caller) : undefined;
    const elsewhere = subject
      ? this.#scopes.known().map((scopes) => this.#requests.onBehalfOf(subject, scopes))
      : [];
    await this.#acquirer.forgetUser(oid, elsewhere);
  }

  /**
   * Forgets the caller's tokens of one API, in memory and in the shared store: the API does not accept them any more.
   */
  async evictTokenForUser(
    scopes: string | readonly string[],
    options?: Pick<TokenAcquisitionOptions, 'claims' | 'tenantId'>,
  ): Promise<void> {
    await this.#acquirer.forget(this.userRequest(scopes, ownCallOptions(options)));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#acquirer.close();
  }

  private requestsFor(scopes: readonly string[]): TokenRequest[] {
    const subject = subjectOf(this.context.requireUser());
    return this.#scopes.of(scopes).map((wanted) => this.#requests.onBehalfOf(subject, wanted));
  }

  private userRequest(
    scopes: string | readonly string[],
    { tenantId, claims }: TokenAcquisitionOptions,
  ): TokenRequest {
    const subject = subjectOf(this.context.requireUser(), tenantId);
    return this.#requests.onBehalfOf(subject, this.#scopes.single(scopes), claims);
  }

  private async acquired(request: TokenRequest, options: TokenAcquisitionOptions): Promise<AcquiredToken> {
    const known = this.recall(request, options);
    if (known) return describeToken(known, 'memory');
    const { token, source } = await this.obtain(request, options);
    return describeToken(token, source);
  }

  private async acquire(request: TokenRequest, options?: TokenAcquisitionOptions): Promise<CachedToken> {
    return (await this.obtain(request, options ?? ownCallOptions({}))).token;
  }

  private async obtain(request: TokenRequest, options: TokenAcquisitionOptions): Promise<ObtainedToken> {
    this.requireLiveAssertion(request);
    return this.orFailed(this.#acquirer.obtain(request, options));
  }

  private async orFailed<T>(token: Promise<T>): Promise<T> {
    try {
      return await token;
    } catch (error) {
      throw this.context.failed(error);
    }
  }

  /** A request can outlive its access token, such as an event stream; then no exchange is started for it any more. */
  private requireLiveAssertion({ assertionId, assertionExpiresAt }: TokenRequest): void {
    // An assertion that was passed to acquireTokenOnBehalfOf() is for the identity platform to judge.
    if (assertionId !== this.callerId) return;
    if (wallClockMs() <= assertionExpiresAt + this.options.clockSkewSeconds * 1000) return;
    throw this.context.failed(
      new AssertionRejectedError('The access token of the caller has expired since its request began'),
    );
  }

  /** The token in memory, unless a new one is wanted. */
  private recall(request: TokenRequest, options: TokenAcquisitionOptions): CachedToken | undefined {
    return options.forceRefresh ? undefined : this.#acquirer.recall(request);
  }
}
