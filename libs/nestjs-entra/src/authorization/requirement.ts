import type { EntraUser } from '../caller/entra-user.js';
import { wordsForLog } from '../errors/log-text.js';
import { AppOnlyCallerError, InsufficientScopeError } from '../errors/authorization.errors.js';

/** What a route asks of its caller: scopes, roles, or either. */
export interface Requirement {
  /** Delegated scopes; only a user can have them. */
  readonly scopes: readonly string[];
  /** Whether all of `scopes` must be there, rather than one. */
  readonly allScopes: boolean;
  /** App roles, of which one must be there. */
  readonly roles: readonly string[];
  /** Whose roles count: everybody's, or those of applications alone. */
  readonly rolesOf: 'anyone' | 'applications';
}

/**
 * Checks one requirement against the caller.
 * @throws AppOnlyCallerError when only a user could meet it and there is none
 * @throws InsufficientScopeError when it is not met
 */
export function checkRequirement(requirement: Requirement, user: EntraUser): void {
  const { scopes, roles } = requirement;
  // An app-only caller has no scopes, so it never meets a requirement of scopes.
  if (scopes.length > 0 && hasScopes(requirement, user)) return;
  if (roles.length > 0 && hasRole(requirement, user)) return;
  if (user.isAppOnly && roles.length === 0) {
    throw new AppOnlyCallerError(
      `The route needs a user with the scopes ${scopes.join(' ')}; the caller is an application`,
    );
  }
  const needed = [...scopes, ...roles].join(' ');
  const has = wordsForLog([...user.scopes, ...user.roles].join(' ') || 'none');
  throw new InsufficientScopeError(scopes, `The route needs ${needed}; the token has ${has}`);
}

function hasScopes({ scopes, allScopes }: Requirement, user: EntraUser): boolean {
  return allScopes
    ? scopes.every((scope) => user.scopes.includes(scope))
    : scopes.some((scope) => user.scopes.includes(scope));
}

function hasRole({ roles, rolesOf }: Requirement, user: EntraUser): boolean {
  if (rolesOf === 'applications' && !user.isAppOnly) return false;
  return roles.some((role) => user.roles.includes(role));
}
