import type { ExecutionContext } from '@nestjs/common';

/**
 * The framework's request object: an HTTP request, or in GraphQL the one that its context carries. Messages have
 * none: what Nest calls their request is the payload, and its sender writes whatever they like into it.
 */
export function requestOf(context: ExecutionContext): object | undefined {
  const type: string = context.getType();
  if (type === 'graphql') {
    // The arguments of a resolver are (parent, args, context, info); @nestjs/graphql puts the request there.
    const graphql = context.getArgByIndex<{ req?: object; request?: object }>(2);
    return graphql.req ?? graphql.request;
  }
  if (type === 'rpc' || type === 'ws') return undefined;
  return context.switchToHttp().getRequest<object>();
}
