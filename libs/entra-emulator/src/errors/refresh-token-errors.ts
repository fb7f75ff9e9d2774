import type { ErrorDefinition } from './error-definition.js';

/** Refusals of a refresh token. */
export const REFRESH_TOKEN_ERRORS = {
  50173: {
    status: 400,
    error: 'invalid_grant',
    suberror: 'bad_token',
    errorUri: true,
    describe: (issuedAt = '', validFrom = '') =>
      'The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have ' +
      `changed or reset their password. The grant was issued on '${issuedAt}' and the TokensValidFrom date ` +
      `(before which tokens are not valid) for this user is '${validFrom}'.`,
  },
  700082: {
    status: 400,
    error: 'invalid_grant',
    suberror: 'bad_token',
    errorUri: true,
    describe: (issuedAt = '') =>
      `The refresh token has expired due to inactivity. The token was issued on ${issuedAt} and was inactive for ` +
      '90.00:00:00.',
  },
  700084: {
    status: 400,
    error: 'invalid_grant',
    suberror: 'bad_token',
    errorUri: true,
    describe: (issuedAt = '') =>
      'The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of ' +
      `1.00:00:00, which cannot be extended. It is now expired and a new sign in request must be sent by the SPA ` +
      `to the sign in page. The token was issued on ${issuedAt}.`,
  },
  70043: {
    status: 400,
    error: 'invalid_grant',
    suberror: 'token_expired',
    errorUri: false,
    describe: (issuedAt = '') =>
      'The refresh token has expired or is invalid due to sign-in frequency checks by conditional access. ' +
      `The token was issued on ${issuedAt} and the maximum allowed lifetime for this request is 36000.`,
  },
  70008: {
    status: 400,
    error: 'invalid_grant',
    suberror: 'bad_token',
    errorUri: true,
    describe: () =>
      'The provided authorization code or refresh token has expired due to inactivity. ' +
      'Send a new interactive authorization request for this user and resource.',
  },
  70000: {
    status: 400,
    error: 'invalid_grant',
    errorUri: true,
    describe: () => 'Provided grant is invalid or malformed.',
  },
} as const satisfies Record<number, ErrorDefinition>;
