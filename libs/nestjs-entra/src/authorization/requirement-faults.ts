import { routeOpening } from '../caller/route-opening.js';
import { authContextsOf, requirementsOf } from './requirements-of.js';
import { ScopesGuard } from './scopes.guard.js';

/** Where `@UseGuards()` of Nest leaves its guards. */
const GUARDS_METADATA = '__guards__';

/** What `@RequiredScopes()` and its like say on a route, and no caller could ever meet. */
export function requirementFaults(controller: object, handler: object, route: string): string[] {
  const requirements = requirementsOf(controller, handler);
  const authContexts = authContextsOf(controller, handler);
  if (requirements.length === 0 && authContexts.length === 0) {
    return hasScopesGuard(controller) || hasScopesGuard(handler)
      ? [
          `${route} has ScopesGuard and no requirement; name one with @RequiredScopes() or its like, which put the guard in place by themselves.`,
        ]
      : [];
  }
  const names = [...requirements.flatMap(({ scopes, roles }) => [...scopes, ...roles]), ...authContexts];
  const opening = routeOpening(controller, handler);
  return [
    ...(hasScopesGuard(controller) || hasScopesGuard(handler)
      ? []
      : [
          `${route} requires ${names.join(', ')} and has no ScopesGuard, because another decorator dropped it; let that decorator copy all metadata of the method.`,
        ]),
    ...(opening === true
      ? [
          `${route} is @Public and requires ${names.join(', ')}; a public route has no caller who could have them: remove one of the two.`,
        ]
      : []),
    ...(opening === 'optional'
      ? [
          `${route} is @Public({ optional: true }) and requires ${names.join(', ')}; a request without a token could never meet that: remove one of the two.`,
        ]
      : []),
    ...requirements
      .flatMap(({ scopes }) => scopes)
      .filter((scope) => scope.includes('://'))
      .map(
        (scope) =>
          `${route} requires ${scope}; tokens name a scope without its resource: require ${scope.slice(scope.lastIndexOf('/') + 1)}.`,
      ),
  ];
}

function hasScopesGuard(target: object): boolean {
  const guards = Reflect.getMetadata(GUARDS_METADATA, target) as readonly unknown[] | undefined;
  return guards?.some((guard) => guard === ScopesGuard || guard instanceof ScopesGuard) ?? false;
}
