/**
 * The delegated scopes that a `scp` claim grants. Entra writes `/`, or nothing, for a token without any, such as that
 * of an autonomous agent, so neither counts as a scope.
 */
export function scopesOf(scp: unknown): string[] {
  if (typeof scp !== 'string') return [];
  return scp.split(' ').filter((scope) => !/^[\s/]*$/.test(scope));
}

/** Whom a token stands for; `unknown` is neither a user nor an application, and has the privileges of neither. */
export type CallerKind = 'user' | 'application' | 'unknown';

/**
 * Whom a token stands for. `idtyp` decides where the token has one: Entra writes `user` and `app`, also for agents.
 * It is an optional claim; without it, delegated scopes are what only a user can have.
 */
export function callerKind(idtyp: unknown, scopes: readonly string[]): CallerKind {
  if (idtyp === undefined) return scopes.length > 0 ? 'user' : 'application';
  if (idtyp === 'user') return 'user';
  return idtyp === 'app' ? 'application' : 'unknown';
}
