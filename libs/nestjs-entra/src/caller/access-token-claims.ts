/**
 * The payload of an access token of Microsoft Entra ID, External ID or Azure AD B2C. The members that are read
 * here are named; see Microsoft's "Access token claims reference" and "Overview of tokens in Azure AD B2C" for
 * the rest.
 */
export interface AccessTokenClaims {
  readonly [claim: string]: unknown;
  /** One audience, or several of which the API accepts at least one (RFC 7519 section 4.1.3). */
  readonly aud: string | readonly string[];
  readonly iss: string;
  /** Seconds since 1970. */
  readonly exp: number;
  readonly iat?: number;
  readonly nbf?: number;
  /** In Azure AD B2C always `1.0`. */
  readonly ver: '1.0' | '2.0';
  /** Tenant the token was issued in, a GUID; Azure AD B2C may leave it out, `EntraUser.tid` is always there. */
  readonly tid?: string;
  /**
   * Object id of the user or of the application's service principal, a GUID; Azure AD B2C may leave it out,
   * `EntraUser.oid` is always there.
   */
  readonly oid?: string;
  /** Pairwise subject: one value per user and application; in Azure AD B2C the object id, or what the policy says. */
  readonly sub: string;
  /** Delegated scopes, space-separated; absent from app-only tokens, where agents have an empty value or `/`. */
  readonly scp?: string;
  /** Roles of the user, or of the application in app-only tokens. */
  readonly roles?: readonly string[];
  /** Calling application, v2.0 and Azure AD B2C. */
  readonly azp?: string;
  /** Calling application, v1.0. */
  readonly appid?: string;
  /** `app` or `user`; an optional claim. Every other value stands for no user. */
  readonly idtyp?: string;
}

/** Claims of Entra ID and External ID, which name tenant and object in every token. */
export type DirectoryTokenClaims = AccessTokenClaims & { readonly tid: string; readonly oid: string };
