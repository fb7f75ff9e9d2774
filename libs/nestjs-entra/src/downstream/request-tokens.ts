import type { ExecutionContext } from '@nestjs/common';
import type { AcquiredTokens } from '../acquisition/acquired-tokens.js';
import { requestOf } from '../caller/request-of.js';
import { ConfigurationError } from '../errors/configuration.error.js';

const TOKENS = Symbol('nestjs-entra:tokens');

/** The tokens of one handler. Several handlers serve one request where its query names several GraphQL resolvers. */
class HandlerTokens {
  // No object literal: see `RequestScope`.
  constructor(
    readonly controller: object,
    readonly handler: object,
    readonly tokens: AcquiredTokens,
    readonly others: HandlerTokens | undefined,
  ) {}
}

interface RequestWithTokens {
  [TOKENS]?: HandlerTokens;
}

/** Leaves the prefetched tokens with the request, where a parameter decorator of the handler can reach them. They show nothing of themselves in a log of it. */
export function rememberTokens(execution: ExecutionContext, tokens: AcquiredTokens): void {
  const request: RequestWithTokens = requestOf(execution);
  const [controller, handler] = [execution.getClass(), execution.getHandler()];
  request[TOKENS] = new HandlerTokens(controller, handler, tokens, request[TOKENS]);
}

/** The prefetched tokens of a handler: never those of another one, whose tokens are meant for another API. */
export function rememberedTokens(execution: ExecutionContext): AcquiredTokens {
  const [controller, handler] = [execution.getClass(), execution.getHandler()];
  let entry = (requestOf(execution) as RequestWithTokens)[TOKENS];
  while (entry && (entry.controller !== controller || entry.handler !== handler)) entry = entry.others;
  if (entry) return entry.tokens;
  throw new ConfigurationError(
    '@DownstreamToken() stands on a route without @DownstreamScopes(); name the scope in either.',
  );
}
