import { DOWNSTREAM_SCOPES_METADATA } from '../auth.constants.js';

/**
 * When the tokens of a route are acquired: before its handler runs (`blocking`), beside it (`background`), or
 * when it asks for them (`onDemand`).
 */
export type Prefetch = 'blocking' | 'background' | 'onDemand';

/** What one `@DownstreamScopes()` says. */
export interface RouteScopes {
  readonly scopes: readonly string[];
  readonly prefetch: Prefetch;
}

/** What stands on a handler and on its class. */
export function routeScopes(controller: object, handler: object): readonly RouteScopes[] {
  return [controller, handler].flatMap(
    (target) =>
      (Reflect.getMetadata(DOWNSTREAM_SCOPES_METADATA, target) as readonly RouteScopes[] | undefined) ?? [],
  );
}

/** The scopes of a route that are acquired in one way. */
export function scopesOf(route: readonly RouteScopes[], prefetch: Prefetch): readonly string[] {
  return route.filter((entry) => entry.prefetch === prefetch).flatMap(({ scopes }) => scopes);
}
