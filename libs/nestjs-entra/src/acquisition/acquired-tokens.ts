import type { CachedToken } from '../cache/cached-token.js';
import { ConfigurationError } from '../errors/configuration.error.js';
import type { ScopeRequest } from './scope-request.js';
import type { ScopeRequests } from './scope-requests.js';

/** The tokens of one prefetch, one for each resource. */
export class AcquiredTokens {
  // Private to the language: no log of what holds this shows a token.
  readonly #tokens: readonly CachedToken[];
  readonly #wanted: readonly ScopeRequest[];
  readonly #scopes: ScopeRequests;

  /** @param wanted what was asked for, in the order of `tokens` */
  constructor(wanted: readonly ScopeRequest[], tokens: readonly CachedToken[], scopes: ScopeRequests) {
    this.#wanted = wanted;
    this.#scopes = scopes;
    this.#tokens = tokens;
  }

  /**
   * The access token of the resource that `scope` belongs to; without a scope the only one there is.
   * @throws ConfigurationError when no such token was prefetched
   */
  for(scope: string | undefined): string {
    if (scope !== undefined) {
      const { resource } = this.#scopes.single(scope);
      const token = this.#tokens[this.#wanted.findIndex((request) => request.resource === resource)];
      if (token) return token.accessToken;
      throw new ConfigurationError(
        `No token for ${scope} was prefetched; add it to @DownstreamScopes of the route.`,
      );
    }
    const [only, second] = this.#tokens;
    if (only && !second) return only.accessToken;
    throw new ConfigurationError(
      `@DownstreamToken() without a scope stands on a route with downstream scopes of ${this.#tokens.length} resources; name the scope.`,
    );
  }
}
