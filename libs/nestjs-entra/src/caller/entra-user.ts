import type { AccessTokenClaims } from './access-token-claims.js';

/** Who calls the API: `request.user`, frozen. `tid` and `oid` together are the key of a user. */
export interface EntraUser {
  /** Object id: the user in its tenant, or the service principal of an app-only caller. */
  readonly oid: string;
  /** Tenant the token was issued in. */
  readonly tid: string;
  /** Pairwise subject: stable for one user and one API. */
  readonly sub: string;
  /** Display name; not for authorization, users change it. */
  readonly name?: string;
  /** Sign-in name; not for authorization, it changes and is reused. */
  readonly preferredUsername?: string;
  /** Delegated scopes (`scp`); empty for an app-only caller. */
  readonly scopes: readonly string[];
  /** Roles: the user's, or the application's when `isAppOnly`. */
  readonly roles: readonly string[];
  /** Client id of the calling application (`azp`, in v1.0 tokens `appid`). */
  readonly clientApplicationId: string | undefined;
  /** Whether an application calls as itself, without a user. */
  readonly isAppOnly: boolean;
  /** Everything the token says. */
  readonly claims: AccessTokenClaims;
}

/** The user that a validated token speaks of. The claims must have passed the access-token rules. */
export function toEntraUser(claims: AccessTokenClaims): EntraUser {
  const isAppOnly = claims.idtyp === 'app' || (claims.idtyp !== 'user' && claims.scp === undefined);
  const name = optionalString(claims['name']);
  const preferredUsername = optionalString(claims['preferred_username']) ?? optionalString(claims['upn']);
  return deepFreeze({
    oid: claims.oid,
    tid: claims.tid,
    sub: claims.sub,
    ...(name !== undefined && { name }),
    ...(preferredUsername !== undefined && { preferredUsername }),
    // An application has no delegated scopes, whatever its token claims to have.
    scopes: isAppOnly ? [] : (claims.scp ?? '').split(' ').filter((scope) => scope !== ''),
    roles: claims.roles ?? [],
    clientApplicationId: claims.ver === '2.0' ? claims.azp : claims.appid,
    isAppOnly,
    claims,
  });
}

function optionalString(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** One user object serves many requests, so none of them may change it. */
function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) deepFreeze(member);
  }
  return value;
}
