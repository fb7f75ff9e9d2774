import { UNKNOWN_ID, type ErrorDefinition } from './error-definition.js';

/** Refusals of the user assertion and of the user it stands for (Microsoft: on-behalf-of flow). */
export const ASSERTION_ERRORS = {
  50013: {
    status: 400,
    error: 'invalid_grant',
    errorUri: true,
    describe: (reason = 'The key was not found.') =>
      `Assertion failed signature validation. [Reason - ${reason}]`,
  },
  500131: {
    status: 400,
    error: 'invalid_grant',
    errorUri: false,
    describe: (audience = '', expected = '') =>
      'Assertion audience does not match the Client app presenting the assertion. ' +
      `The audience in the assertion was '${audience}' and the expected audience is '${expected}' ` +
      'or one of the Application Uris of this application.',
  },
  500133: {
    status: 400,
    error: 'invalid_grant',
    errorUri: false,
    describe: (now = '', expiry = '') =>
      'Assertion is not within its valid time range. Ensure that the access token is not expired before using it ' +
      `for user assertion, or request a new token. Current time: ${now}, expiry time of assertion ${expiry}.`,
  },
  50027: {
    status: 400,
    error: 'invalid_request',
    errorUri: true,
    describe: () => 'JWT token is invalid or malformed.',
  },
  50107: {
    status: 400,
    error: 'invalid_request',
    errorUri: true,
    describe: (issuer = '') => `The requested federation realm object '${issuer}' does not exist.`,
  },
  240002: {
    status: 400,
    error: 'invalid_request',
    errorUri: false,
    describe: () => "Input id_token cannot be used as 'urn:ietf:params:oauth:grant-type:jwt-bearer' grant.",
  },
  7000114: {
    status: 400,
    error: 'unauthorized_client',
    errorUri: true,
    describe: (clientId = UNKNOWN_ID) =>
      `Application '${clientId}' is not allowed to make application on-behalf-of calls.`,
  },
  500341: {
    status: 400,
    error: 'invalid_grant',
    errorUri: true,
    describe: (tenant = UNKNOWN_ID) =>
      `The user account {EUII Hidden} has been deleted from the ${tenant} directory. ` +
      'To sign into this application, the account must be added to the directory.',
  },
  50034: {
    status: 400,
    error: 'invalid_grant',
    errorUri: true,
    describe: (user = '{EUII Hidden}', tenant = UNKNOWN_ID) =>
      `The user account ${user} does not exist in the ${tenant} directory. ` +
      'To sign into this application, the account must be added to the directory.',
  },
  50057: {
    status: 400,
    error: 'invalid_grant',
    errorUri: true,
    describe: () => 'The user account is disabled.',
  },
  50020: {
    status: 400,
    error: 'invalid_grant',
    errorUri: true,
    describe: (provider = 'live.com', tenant = UNKNOWN_ID, client = UNKNOWN_ID) =>
      `User account '{EmailHidden}' from identity provider '${provider}' does not exist in tenant '${tenant}' ` +
      `and cannot access the application '${client}' in that tenant. The account needs to be added as an ` +
      'external user in the tenant first. Sign out and sign in again with a different Azure Active Directory ' +
      'user account.',
  },
  50014: {
    status: 400,
    error: 'invalid_grant',
    errorUri: true,
    describe: () => "Guest user's redemption is in pending state.",
  },
  51004: {
    status: 400,
    error: 'invalid_grant',
    errorUri: true,
    describe: (user = '{EUII Hidden}', tenant = UNKNOWN_ID) =>
      `The user account ${user} does not exist in the ${tenant} directory. ` +
      'To sign into this application, the account must be added to the directory.',
  },
  50133: {
    status: 400,
    error: 'invalid_grant',
    suberror: 'bad_token',
    errorUri: true,
    describe: () => 'The session is not valid due to password expiration or recent password change.',
  },
  50132: {
    status: 400,
    error: 'invalid_grant',
    suberror: 'bad_token',
    errorUri: true,
    describe: () => 'The session is not valid due to password expiration or recent password change.',
  },
  500212: {
    status: 400,
    error: 'invalid_grant',
    errorUri: true,
    describe: () => "The user's administrator has set an outbound access policy that doesn't allow access.",
  },
  500213: {
    status: 400,
    error: 'invalid_grant',
    errorUri: true,
    describe: () =>
      "The resource tenant's cross-tenant access policy doesn't allow this user to access this tenant.",
  },
  90072: {
    status: 400,
    error: 'interaction_required',
    errorUri: true,
    describe: (provider = 'live.com', tenant = UNKNOWN_ID) =>
      `User account '{EmailHidden}' from identity provider '${provider}' does not exist in tenant '${tenant}'.`,
  },
} as const satisfies Record<number, ErrorDefinition>;
