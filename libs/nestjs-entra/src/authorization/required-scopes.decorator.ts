import { requirementDecorator, type RouteDecorator } from './requirement.decorator.js';

/**
 * The token must hold one of these delegated scopes (`scp`), compared exactly. An app-only token never does.
 * `@RequiredScopes.all()` asks for every one.
 */
export const RequiredScopes = Object.assign(
  (...scopes: string[]): RouteDecorator =>
    requirementDecorator('@RequiredScopes', { scopes, allScopes: false, roles: [], rolesOf: 'anyone' }),
  {
    /** The token must hold every one of these delegated scopes. */
    all: (...scopes: string[]): RouteDecorator =>
      requirementDecorator('@RequiredScopes.all', { scopes, allScopes: true, roles: [], rolesOf: 'anyone' }),
  },
);
