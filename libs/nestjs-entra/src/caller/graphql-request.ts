/** Where GraphQL servers put the request: `req` or `request` of the context; Mercurius keeps it with its reply. */
interface GraphqlContext {
  readonly req?: object;
  readonly request?: object;
  readonly reply?: { readonly request?: object };
}

/**
 * The HTTP request that a GraphQL resolver serves. Resolvers are called with (parent, args, context, info), those of
 * entity references by Apollo Federation with (reference, context, info), loaders with (queries, context). So the
 * context is the last argument that has a request. What comes before the last two, and the first, is never looked at:
 * the client writes arguments and references.
 */
export function graphqlRequest(args: readonly unknown[]): object | undefined {
  for (let index = args.length - 1; index >= Math.max(1, args.length - 2); index--) {
    const request = requestIn(args[index]);
    if (request) return request;
  }
  return undefined;
}

function requestIn(argument: unknown): object | undefined {
  if (typeof argument !== 'object' || argument === null) return undefined;
  const { req, request, reply }: GraphqlContext = argument;
  const found: unknown = req ?? request ?? reply?.request;
  return typeof found === 'object' && found !== null ? found : undefined;
}
