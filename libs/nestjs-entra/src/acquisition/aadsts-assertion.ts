import type { AadstsSection } from './aadsts-advice.js';

/**
 * The caller's token as assertion of the on-behalf-of grant, and the user it speaks of.
 * Source: "Microsoft Entra authentication and authorization error codes", and answers of the token endpoint.
 */
export const ASSERTION_ADVICE: AadstsSection = {
  50013: {
    level: 'warn',
    cause:
      "The signature of the caller's token could not be verified: a changed token, one for Microsoft Graph, or one of another cloud.",
    fix: 'Have the client send an access token for a scope of this API, and check instance and tenantId.',
  },
  500131: {
    level: 'error',
    cause: "The audience of the caller's token is not the application that the API authenticates as.",
    fix: 'Let clientId and audience name one registration, with its Application ID URI in the same upper and lower case.',
  },
  500133: {
    level: 'debug',
    cause: "The caller's token expired before it was exchanged; the identity platform grants no clock skew.",
    fix: 'Nothing to do at the API: the client acquires a new token; if it happens often, check the clock of the API.',
  },
  50027: {
    level: 'warn',
    cause: "The caller's token, or the API's own client assertion, is not a well-formed JSON Web Token.",
    fix: 'Have the client send an access token of this API as received, and check a signed assertion if that is the credential.',
  },
  50107: {
    level: 'warn',
    cause:
      "The issuer of the caller's token is unknown to the identity platform: another provider, or Azure AD B2C.",
    fix: 'Have the client acquire its token in a tenant of this API, and check instance and tenantId.',
  },
  240002: {
    level: 'warn',
    cause: 'The client sent an ID token in place of an access token.',
    fix: 'Have the client acquire an access token for a scope of this API and send that.',
  },
  7000114: {
    level: 'warn',
    cause: "The caller's token is an app-only token, and there is no user to act on behalf of.",
    fix: 'Have the client sign a user in, or serve applications on routes that use getAccessTokenForApp().',
  },
  500341: {
    level: 'warn',
    cause: "The user's account was deleted from the tenant.",
    fix: 'Have an administrator restore the account if the user is to have access.',
  },
  50034: {
    level: 'warn',
    cause: "The user's account does not exist in the tenant.",
    fix: 'Check the tenant in the log line, and have an administrator invite the user if access is intended.',
  },
  50057: {
    level: 'warn',
    cause: "The user's account is disabled.",
    fix: 'Have an administrator enable the account if the user is to have access.',
  },
  50020: {
    level: 'warn',
    cause: 'The user comes from another tenant or identity provider and is not a guest of this tenant.',
    fix: 'Have an administrator invite the user as a guest, or the user sign in with another account.',
  },
  50014: {
    level: 'warn',
    cause: 'The user was invited as a guest and has not accepted yet.',
    fix: 'Have the user accept the invitation, or an administrator send it again.',
  },
  51004: {
    level: 'warn',
    cause: "The user's account is not in the directory of the tenant.",
    fix: 'Have an administrator add the user as a guest, or the user sign in with another account.',
  },
  50132: {
    level: 'debug',
    cause: "The user's session ended because the password expired or was changed.",
    fix: 'Nothing to do at the API: the client signs its user in again.',
  },
  50133: {
    level: 'debug',
    cause: "The user's session was revoked because the password expired or was changed.",
    fix: 'Nothing to do at the API: the client signs its user in again.',
  },
  500212: {
    level: 'warn',
    cause: "The outbound access policy of the user's home tenant does not allow access to this tenant.",
    fix: 'Have an administrator of the home tenant allow it in the cross-tenant access settings.',
  },
  500213: {
    level: 'warn',
    cause: 'The inbound access policy of this tenant does not admit the user of another tenant.',
    fix: 'Have an administrator of this tenant allow it in the cross-tenant access settings.',
  },
  90072: {
    level: 'warn',
    cause:
      "The user's external account is not in the tenant, so it cannot pass multi-factor authentication there.",
    fix: 'Have an administrator invite the user as a guest, or the user sign in with another account.',
  },
};
