import type { ExecutionContext } from '@nestjs/common';

/** The framework's request object: an HTTP request, or in GraphQL the one its context carries. */
export function requestOf(context: ExecutionContext): object {
  const type: string = context.getType();
  if (type === 'graphql') {
    // The arguments of a resolver are (parent, args, context, info); @nestjs/graphql puts the request there.
    const graphql = context.getArgByIndex<{ req?: object; request?: object }>(2);
    const request = graphql.req ?? graphql.request;
    if (request) return request;
  }
  return context.switchToHttp().getRequest<object>();
}
