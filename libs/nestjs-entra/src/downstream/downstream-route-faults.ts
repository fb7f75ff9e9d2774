import { referencedDownstreamApi } from '../acquisition/downstream-api-reference.js';
import { scopeRequests } from '../acquisition/scope-request.js';
import { DOWNSTREAM_TOKEN_METADATA } from '../auth.constants.js';
import { routeOpening } from '../caller/route-opening.js';
import { ConfigurationError } from '../errors/configuration.error.js';
import { routeScopes, scopesOf } from './route-scopes.js';

/** What a route can count on. */
export interface DownstreamMeans {
  readonly graphResource: string;
  /** Why no token can be exchanged at all, as the end of a sentence; `undefined` when it can. */
  readonly obstacle: string | undefined;
  /** The configured APIs, by name. */
  readonly apis: ReadonlyMap<
    string,
    { readonly scopes: readonly string[]; readonly requestAppToken: boolean }
  >;
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
  const named = routeScopes(controller, handler).flatMap((entry) => entry.scopes);
  if (named.length === 0) return tokenFaults(route, means);
  const contradictions = [
    ...apiFaults(name, named, means),
    ...mixedScopesFaults(name, spelledOut(named, means), means),
  ];
  return [
    ...(means.obstacle === undefined ? [] : [`${name} has ${decorators(named)} and ${means.obstacle}`]),
    ...publicFaults(route, decorators(named).replaceAll(/\(.*?\)/g, '')),
    ...contradictions,
    ...(contradictions.length === 0 ? tokenFaults(route, means) : []),
  ];
}

/** A public route has nobody whose token could be exchanged, and an optional one has nobody for some of its requests. */
function publicFaults({ name, controller, handler }: DecoratedRoute, decorated: string): string[] {
  const opening = routeOpening(controller, handler);
  if (opening === true) {
    return [
      `${name} has ${decorated} and @Public; a public route has no user to exchange a token for: remove one of the two.`,
    ];
  }
  return opening === 'optional' && scopesOf(routeScopes(controller, handler), 'blocking').length > 0
    ? [
        `${name} has ${decorated} and @Public({ optional: true }); a request without a token has no user to exchange a token for: add { prefetch: 'onDemand' }.`,
      ]
    : [];
}

/** As they stand on the route: `@DownstreamScopes(User.Read) and @DownstreamApis(orders)`. */
function decorators(named: readonly string[]): string {
  const scopes = named.filter((scope) => referencedDownstreamApi(scope) === undefined);
  const apis = named.flatMap((scope) => referencedDownstreamApi(scope) ?? []);
  return [
    ...(scopes.length === 0 ? [] : [`@DownstreamScopes(${scopes.join(', ')})`]),
    ...(apis.length === 0 ? [] : [`@DownstreamApis(${apis.join(', ')})`]),
  ].join(' and ');
}

/** Scopes, with those of an API in the place of its name. */
function spelledOut(named: readonly string[], { apis }: DownstreamMeans): string[] {
  return named.flatMap((scope) => {
    const api = referencedDownstreamApi(scope);
    return api === undefined ? [scope] : (apis.get(api)?.scopes ?? []);
  });
}

function apiFaults(name: string, named: readonly string[], { apis }: DownstreamMeans): string[] {
  return named.flatMap((scope) => {
    const api = referencedDownstreamApi(scope);
    if (api === undefined) return [];
    const configured = apis.get(api);
    if (!configured) {
      const known = [...apis.keys()].join(', ') || 'none';
      return [`${name} has @DownstreamApis('${api}') and downstreamApis has ${known}; name one of them.`];
    }
    return configured.requestAppToken
      ? [
          `${name} has @DownstreamApis('${api}') and downstreamApis.${api}.requestAppToken is true; only tokens of users are acquired ahead: remove one of the two.`,
        ]
      : [];
  });
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
  const resources = scopeRequests(spelledOut(scopesOf(route, 'blocking'), means), means.graphResource).map(
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
