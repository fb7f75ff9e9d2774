import { ConfigurationError } from '../errors/configuration.error.js';
import { singleScopeRequest } from './scope-request.js';
import type { AcquiredToken } from './token-acquisition.options.js';

/** The tokens of one prefetch, one for each resource. */
export class AcquiredTokens {
  readonly #byResource: ReadonlyMap<string, AcquiredToken>;

  constructor(
    byResource: ReadonlyMap<string, AcquiredToken>,
    private readonly graphResource: string,
  ) {
    this.#byResource = byResource;
  }

  /**
   * The token of the resource that `scope` belongs to; without a scope the only token there is.
   * @throws ConfigurationError when no such token was prefetched
   */
  for(scope: string | undefined): AcquiredToken {
    if (scope !== undefined) {
      const { resource } = singleScopeRequest([scope], this.graphResource);
      const token = this.#byResource.get(resource);
      if (token) return token;
      throw new ConfigurationError(
        `No token for ${scope} was prefetched; add it to @DownstreamScopes of the route.`,
      );
    }
    const [only, second] = this.#byResource.values();
    if (only && !second) return only;
    throw new ConfigurationError(
      `@DownstreamToken() without a scope stands on a route with downstream scopes of ${this.#byResource.size} resources; name the scope.`,
    );
  }
}
