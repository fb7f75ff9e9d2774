import type { CachedToken } from '../cache/cached-token.js';
import { ConfigurationError } from '../errors/configuration.error.js';
import type { ScopeRequests } from './scope-requests.js';

/** The tokens of one prefetch, one for each resource. */
export class AcquiredTokens {
  // Private to the language: no log of what holds this shows a token.
  readonly #byResource: ReadonlyMap<string, CachedToken>;

  constructor(
    byResource: ReadonlyMap<string, CachedToken>,
    private readonly scopes: ScopeRequests,
  ) {
    this.#byResource = byResource;
  }

  /**
   * The access token of the resource that `scope` belongs to; without a scope the only one there is.
   * @throws ConfigurationError when no such token was prefetched
   */
  for(scope: string | undefined): string {
    if (scope !== undefined) {
      const token = this.#byResource.get(this.scopes.single(scope).resource);
      if (token) return token.accessToken;
      throw new ConfigurationError(
        `No token for ${scope} was prefetched; add it to @DownstreamScopes of the route.`,
      );
    }
    const [only, second] = this.#byResource.values();
    if (only && !second) return only.accessToken;
    throw new ConfigurationError(
      `@DownstreamToken() without a scope stands on a route with downstream scopes of ${this.#byResource.size} resources; name the scope.`,
    );
  }
}
