import { ownCallOptions } from '../own-properties.js';
import { requirementDecorator, type RouteDecorator } from './requirement.decorator.js';

/** The token must hold one of these app roles (`roles`): the user's own, or in an app-only token the application's. */
export const RequiredAppRoles = (...roles: string[]): RouteDecorator =>
  requirementDecorator('@RequiredAppRoles', { scopes: [], allScopes: false, roles, rolesOf: 'anyone' });

/** A user with one of these scopes may pass, and an application with one of these roles. */
export const RequiredScopesOrAppRoles = (required: {
  scopes: readonly string[];
  roles: readonly string[];
}): RouteDecorator => {
  const { scopes, roles } = ownCallOptions(required);
  return requirementDecorator('@RequiredScopesOrAppRoles', {
    scopes,
    allScopes: false,
    roles,
    rolesOf: 'applications',
  });
};
