import type { ExecutionContext } from '@nestjs/common';
import { endedRequest, lostContext } from './no-caller.js';
import { requestOf } from './request-of.js';
import type { RequestScope } from './request-scope.js';

const SCOPE = Symbol('nestjs-entra:request-context');

interface LinkedRequest {
  [SCOPE]?: RequestScope;
}

/**
 * Leaves the scope of a request with it once its caller is accepted: decorators of parameters know their execution
 * context and nothing else. Only code of this process can write this property; no message and no body can.
 */
export function linkScope(scope: RequestScope): void {
  (scope.request as LinkedRequest)[SCOPE] = scope;
}

/**
 * The scope of the request that a handler serves, once `JwtAuthGuard` accepted its caller; `undefined` on a public
 * route, in a message, and for an object that is a copy of the request.
 *
 * @throws NoUserAssertionError when the request has ended, or the handler runs outside its asynchronous context:
 *   a handler that was promised a caller must not run as if there were none
 */
export function acceptedScopeOf(execution: ExecutionContext): RequestScope | undefined {
  const request: LinkedRequest | undefined = requestOf(execution);
  const scope = request?.[SCOPE];
  if (scope === undefined || scope.request !== request) return undefined;
  if (!scope.isCurrent) throw lostContext();
  if (scope.end !== undefined) throw endedRequest(scope.end);
  return scope.caller && scope;
}

/** What `JwtStrategy.validate()` returned for the caller of a handler's request. @throws as {@link acceptedScopeOf} */
export function validatedUserOf(execution: ExecutionContext): unknown {
  return acceptedScopeOf(execution)?.validated;
}
