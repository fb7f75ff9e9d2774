import type { ExecutionContext } from '@nestjs/common';
import type { RequestScope } from '../caller/request-scope.js';
import { acceptedScopeOf } from '../caller/validated-user.js';
import { ConfigurationError } from '../errors/configuration.error.js';

/** The tokens of a handler, by one of their scopes, or the only one there is. */
export interface TokensOfHandler {
  for(scope: string | undefined): string | Promise<string>;
}

const TOKENS = Symbol('nestjs-entra:tokens');

/** The tokens of one handler. Several handlers serve one request where its query names several GraphQL resolvers. */
class HandlerTokens {
  // No object literal: see `RequestScope`.
  constructor(
    readonly controller: object,
    readonly handler: object,
    readonly tokens: TokensOfHandler,
    readonly others: HandlerTokens | undefined,
  ) {}
}

/** The scope of a request, with the tokens of its handlers. */
type ScopeWithTokens = RequestScope & { [TOKENS]?: HandlerTokens };

/** Leaves the prefetched tokens with the scope of the request, where a parameter decorator of the handler can reach them. They show nothing of themselves in a log of it. */
export function rememberTokens(execution: ExecutionContext, tokens: TokensOfHandler): void {
  const scope: ScopeWithTokens | undefined = acceptedScopeOf(execution);
  if (!scope) return;
  const [controller, handler] = [execution.getClass(), execution.getHandler()];
  // A socket serves the same handler any number of times: the last tokens take the place of those before.
  const others = without(scope[TOKENS], controller, handler);
  scope[TOKENS] = new HandlerTokens(controller, handler, tokens, others);
}

/** The prefetched tokens of a handler: never those of another one, whose tokens are meant for another API. */
export function rememberedTokens(execution: ExecutionContext): TokensOfHandler {
  const [controller, handler] = [execution.getClass(), execution.getHandler()];
  const scope: ScopeWithTokens | undefined = acceptedScopeOf(execution);
  let entry = scope?.[TOKENS];
  while (entry && (entry.controller !== controller || entry.handler !== handler)) entry = entry.others;
  if (entry) return entry.tokens;
  throw new ConfigurationError(
    '@DownstreamToken() stands on a route without @DownstreamScopes(); name the scope in either.',
  );
}

function without(
  entry: HandlerTokens | undefined,
  controller: object,
  handler: object,
): HandlerTokens | undefined {
  if (!entry) return undefined;
  if (entry.controller === controller && entry.handler === handler) return entry.others;
  const others = without(entry.others, controller, handler);
  return others === entry.others
    ? entry
    : new HandlerTokens(entry.controller, entry.handler, entry.tokens, others);
}
