/** Why an access token was not accepted: one code per check. */
export type TokenErrorCode =
  | 'token_malformed'
  | 'token_too_large'
  | 'token_type'
  | 'token_algorithm'
  | 'token_header'
  | 'token_key'
  | 'token_signature'
  | 'token_version'
  | 'token_issuer'
  | 'token_tenant'
  | 'token_audience'
  | 'token_expired'
  | 'token_not_yet_valid'
  | 'token_lifetime'
  | 'token_subject'
  | 'token_client_application'
  | 'token_no_permission'
  | 'token_rejected';

/** Every `code` that an error of this library carries; it is also the `code` of the response body. */
export type EntraErrorCode =
  | TokenErrorCode
  | 'token_missing'
  | 'authorization_malformed'
  | 'insufficient_scope'
  | 'app_only_caller'
  | 'claims_challenge'
  | 'interaction_required'
  | 'access_blocked'
  | 'consent_required'
  | 'assertion_rejected'
  | 'client_credential_rejected'
  | 'identity_platform_unavailable'
  | 'no_user_assertion'
  | 'downstream_http'
  | 'configuration';

/**
 * The sentence the caller reads for each refused token. Fixed text: nothing of the token or of the
 * configuration is in it, so nothing of either can reach a header or a log of somebody else.
 */
export const TOKEN_ERROR_TEXT: Readonly<Record<TokenErrorCode, string>> = {
  token_malformed: 'The access token is not a well-formed JSON Web Token',
  token_too_large: 'The access token is too large',
  token_type: 'The token is not an access token for this API',
  token_algorithm: 'The access token is not signed with RS256',
  token_header: 'The access token has a header that is not allowed',
  token_key: 'The access token is signed with an unknown key',
  token_signature: 'The signature of the access token is not valid',
  token_version: 'The version of the access token is not supported',
  token_issuer: 'The issuer of the access token is not accepted',
  token_tenant: 'The tenant of the access token is not accepted',
  token_audience: 'The access token is meant for another audience',
  token_expired: 'The access token has expired',
  token_not_yet_valid: 'The access token is not valid yet',
  token_lifetime: 'The times of the access token are not valid',
  token_subject: 'The access token does not identify its subject',
  token_client_application: 'The client application is not accepted',
  token_no_permission: 'The access token holds neither a scope nor a role',
  token_rejected: 'The access token was not accepted',
};
