import { scopeRequests } from '../acquisition/scope-request.js';
import { DOWNSTREAM_TOKEN_METADATA, PUBLIC_METADATA } from '../auth.constants.js';
import { ConfigurationError } from '../errors/configuration.error.js';
import { routeScopes, scopesOf } from './route-scopes.js';

/** What a route can count on. */
export interface DownstreamMeans {
  readonly graphResource: string;
  /** Why no token can be exchanged at all, as the end of a sentence; `undefined` when it can. */
  readonly obstacle: string | undefined;
}

/** A route, as the decorators know it. */
export interface DecoratedRoute {
  readonly name: string;
  readonly controller: object;
  readonly prototype: object;
  readonly key: string;
  readonly handler: object;
}

/** What `@DownstreamScopes()` and `@DownstreamToken()` cannot hold on a route, so that no request finds it out. */
export function downstreamRouteFaults(route: DecoratedRoute, means: DownstreamMeans): string[] {
  const { name, controller, handler } = route;
  const scopes = routeScopes(controller, handler).flatMap((entry) => entry.scopes);
  if (scopes.length === 0) return tokenFaults(route, means);
  const isPublic: unknown =
    Reflect.getMetadata(PUBLIC_METADATA, handler) ?? Reflect.getMetadata(PUBLIC_METADATA, controller);
  const mixed = mixedScopesFaults(name, scopes, means);
  return [
    ...(means.obstacle === undefined
      ? []
      : [`${name} has @DownstreamScopes(${scopes.join(', ')}) and ${means.obstacle}`]),
    ...(isPublic === true
      ? [
          `${name} has @DownstreamScopes and @Public; a public route has no user to exchange a token for: remove one of the two.`,
        ]
      : []),
    ...mixed,
    ...(mixed.length === 0 ? tokenFaults(route, means) : []),
  ];
}

function mixedScopesFaults(name: string, scopes: readonly string[], means: DownstreamMeans): string[] {
  try {
    scopeRequests(scopes, means.graphResource);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.faults.map((fault) => `${name}: ${fault}`);
  }
}

/** `@DownstreamToken()` without a scope is the token of the one resource whose scopes are acquired before the handler runs. */
function tokenFaults(
  { name, controller, handler, prototype, key }: DecoratedRoute,
  means: DownstreamMeans,
): string[] {
  const tokens = Reflect.getMetadata(DOWNSTREAM_TOKEN_METADATA, prototype, key) as
    readonly unknown[] | undefined;
  if (!tokens?.includes(undefined)) return [];
  const route = routeScopes(controller, handler);
  const resources = scopeRequests(scopesOf(route, 'blocking'), means.graphResource).map(
    ({ resource }) => resource,
  );
  if (resources.length === 1) return [];
  if (resources.length > 1) {
    return [
      `${name} has @DownstreamToken() without a scope and scopes of ${resources.join(' and ')}; name the scope, such as @DownstreamToken('User.Read').`,
    ];
  }
  const given =
    route.length === 0
      ? 'no @DownstreamScopes'
      : "scopes that are not acquired before it runs (prefetch 'background' or 'onDemand')";
  return [
    `${name} has @DownstreamToken() without a scope and ${given}; name the scope, such as @DownstreamToken('User.Read').`,
  ];
}
