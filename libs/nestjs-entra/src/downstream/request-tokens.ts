import type { AcquiredTokens } from '../acquisition/acquired-tokens.js';
import { ConfigurationError } from '../errors/configuration.error.js';

const TOKENS = Symbol('nestjs-entra:tokens');

/** Leaves the prefetched tokens with the request, where a parameter decorator can reach them. They show nothing of themselves in a log of it. */
export function rememberTokens(request: object, tokens: AcquiredTokens): void {
  (request as { [TOKENS]?: AcquiredTokens })[TOKENS] = tokens;
}

/** The prefetched tokens of a request. */
export function rememberedTokens(request: object): AcquiredTokens {
  const tokens = (request as { [TOKENS]?: AcquiredTokens })[TOKENS];
  if (tokens) return tokens;
  throw new ConfigurationError(
    '@DownstreamToken() stands on a route without @DownstreamScopes(); name the scope in either.',
  );
}
