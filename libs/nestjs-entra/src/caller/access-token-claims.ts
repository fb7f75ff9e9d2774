/**
 * The payload of a Microsoft Entra access token. Members that every token has are named; see Microsoft's
 * "Access token claims reference" for the rest.
 */
export interface AccessTokenClaims {
  readonly [claim: string]: unknown;
  readonly aud: string;
  readonly iss: string;
  /** Seconds since 1970. */
  readonly exp: number;
  readonly iat?: number;
  readonly nbf?: number;
  readonly ver: '1.0' | '2.0';
  /** Tenant the token was issued in, a GUID. */
  readonly tid: string;
  /** Object id of the user or of the application's service principal, a GUID. */
  readonly oid: string;
  /** Pairwise subject: one value per user and application. */
  readonly sub: string;
  /** Delegated scopes, space-separated; absent from app-only tokens. */
  readonly scp?: string;
  /** Roles of the user, or of the application in app-only tokens. */
  readonly roles?: readonly string[];
  /** Calling application, v2.0. */
  readonly azp?: string;
  /** Calling application, v1.0. */
  readonly appid?: string;
  /** `app` or `user`; an optional claim. */
  readonly idtyp?: string;
}
