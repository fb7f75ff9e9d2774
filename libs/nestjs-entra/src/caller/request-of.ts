import type { ExecutionContext } from '@nestjs/common';
import { graphqlRequest } from './graphql-request.js';

/**
 * The framework's request object: an HTTP request, or in GraphQL the one that its context carries. Messages have
 * none: what Nest calls their request is the payload, and its sender writes whatever they like into it.
 */
export function requestOf(context: ExecutionContext): object | undefined {
  const type: string = context.getType();
  if (type === 'graphql') return graphqlRequest(context.getArgs());
  if (type === 'rpc' || type === 'ws') return undefined;
  return context.switchToHttp().getRequest<object>();
}
