import { detach } from '../own-properties.js';
import type { AccessTokenClaims, DirectoryTokenClaims } from './access-token-claims.js';
import { callerKind, scopesOf } from './token-scopes.js';

/** Tenant of personal Microsoft accounts, which `idp` may also call `live.com`. */
export const CONSUMER_TENANT_ID = '9188040d-6c67-4c5b-b112-36a304b66dad';

/** Who calls the API: `request.user`, frozen. `tid` and `oid` together are the key of a user. */
export interface EntraUser {
  /**
   * Object id: the user in its tenant, or the service principal of an app-only caller. In Azure AD B2C it is `sub`
   * when the policy issues no `oid`.
   */
  readonly oid: string;
  /** Tenant the token was issued in. */
  readonly tid: string;
  /** Pairwise subject: stable for one user and one API. */
  readonly sub: string;
  /** Display name; not for authorization, users change it. */
  readonly name?: string;
  /** Sign-in name; not for authorization, it changes and is reused. */
  readonly preferredUsername?: string;
  /** Delegated scopes (`scp`), without empty values and `/`; empty for an app-only caller. */
  readonly scopes: readonly string[];
  /** `scp` as it is in the token, space-delimited; empty when `scopes` is. */
  readonly scope: string;
  /** Roles: the user's, or the application's when `isAppOnly`. */
  readonly roles: readonly string[];
  /** Client id of the calling application (`azp`, in v1.0 tokens of Entra ID `appid`). */
  readonly clientApplicationId: string | undefined;
  /**
   * Whether the token does not represent a user: `idtyp` has a value other than `user`, or there is no `idtyp` and no
   * delegated scope. Such a caller has no scopes, and no token can be acquired on its behalf. With an `idtyp` other than
   * `user` and `app` it has no roles either.
   */
  readonly isAppOnly: boolean;
  /**
   * Whether the account of the user is not the tenant's own: `acct` is 1, or `idp` names an identity provider other
   * than the tenant. A token that carries neither claim does not tell; add the optional claim `acct` to the
   * registration of the API to know for certain. Never `true` for an app-only caller.
   */
  readonly isGuest: boolean;
  /**
   * Everything the token says. The object inherits nothing from `Object.prototype`, so a claim that the token does not
   * have is `undefined` even in a process whose prototypes were polluted; `claims.hasOwnProperty()` works, and only
   * `assert.deepStrictEqual()`, which compares prototypes, tells it from an object literal.
   */
  readonly claims: AccessTokenClaims;
}

/** What tokens of different authorities say in different claims. */
export type CallerIdentity = Pick<EntraUser, 'oid' | 'tid' | 'clientApplicationId'>;

/** The user that a validated token of Entra ID speaks of. The claims must have passed the access-token rules. */
export function toEntraUser(claims: DirectoryTokenClaims): EntraUser {
  const { oid, tid, ver, azp, appid } = claims;
  return userOf(claims, { oid, tid, clientApplicationId: ver === '2.0' ? azp : appid });
}

/** The user that a validated token speaks of, once it is known who that is. */
export function userOf(claims: AccessTokenClaims, identity: CallerIdentity): EntraUser {
  const { oid, tid, clientApplicationId } = identity;
  const scopes = scopesOf(claims.scp);
  const kind = callerKind(claims.idtyp, scopes);
  const isAppOnly = kind !== 'user';
  // An application has no delegated scopes, whatever its token claims to have.
  const scope = isAppOnly || scopes.length === 0 ? '' : (claims.scp ?? '');
  const name = optionalString(claims['name']);
  const preferredUsername = optionalString(claims['preferred_username']) ?? optionalString(claims['upn']);
  const user: EntraUser = {
    oid,
    tid,
    sub: claims.sub,
    ...(name !== undefined && { name }),
    ...(preferredUsername !== undefined && { preferredUsername }),
    scopes: isAppOnly ? [] : scopes,
    scope,
    roles: kind === 'unknown' ? [] : (claims.roles ?? []),
    clientApplicationId,
    isAppOnly,
    isGuest: !isAppOnly && isGuest(claims, tid),
    claims,
  };
  return deepFreeze(detach(user));
}

/**
 * Optional claims reference: `acct` is 0 for a member of the tenant and 1 for a guest. Access token claims
 * reference: `idp` is the issuer, unless the account is of another tenant, of a personal account or social.
 */
function isGuest(claims: AccessTokenClaims, tenantId: string): boolean {
  const { acct, idp } = claims;
  if (acct === 1 || acct === '1') return true;
  if (typeof idp !== 'string' || idp === '') return false;
  // Every issuer has its tenant as first segment of the path.
  const provider = idp === 'live.com' ? CONSUMER_TENANT_ID : /^https:\/\/[^/]+\/([^/]+)/.exec(idp)?.[1];
  return provider?.toLowerCase() !== tenantId;
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
