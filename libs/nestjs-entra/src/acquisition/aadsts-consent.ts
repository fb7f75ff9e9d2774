import type { AadstsSection } from './aadsts-advice.js';

/**
 * Consent, scopes, and the downstream API as resource.
 * Source: "Microsoft Entra authentication and authorization error codes", and answers of the token endpoint.
 */
export const CONSENT_ADVICE: AadstsSection = {
  65001: {
    level: 'warn',
    cause: 'Neither the user nor an administrator has consented to what the API asks downstream.',
    fix: 'Grant admin consent to the API, or list the client in its knownClientApplications so that users consent to both.',
  },
  65004: {
    level: 'warn',
    cause: 'The user declined to consent.',
    fix: 'Have the user sign in again and consent, or grant admin consent to the API.',
  },
  90094: {
    level: 'error',
    cause: 'The permission is one that only an administrator can grant.',
    fix: "Have an administrator of the caller's tenant grant admin consent to the API.",
  },
  90095: {
    level: 'error',
    cause: "The permission waits for an administrator's approval, which the user can only request.",
    fix: "Have an administrator of the caller's tenant approve the request or grant admin consent to the API.",
  },
  90008: {
    level: 'error',
    cause: "The API asks for a token for itself without the permission to read the user's profile.",
    fix: 'Add the delegated permission User.Read of Microsoft Graph to the registration and grant admin consent.',
  },
  65002: {
    level: 'error',
    cause:
      'The client id is that of an application of Microsoft, which is not preauthorized for the resource.',
    fix: 'Register an application of your own and set clientId to its id.',
  },
  65005: {
    level: 'error',
    cause: 'The permissions in the registration do not fit what was requested of the downstream API.',
    fix: 'Correct the API permissions of the registration and grant admin consent again.',
  },
  650052: {
    level: 'error',
    cause: 'The organization has not subscribed to the service of the downstream API, or not enabled it.',
    fix: 'Have an administrator enable the service in the tenant.',
  },
  650056: {
    level: 'error',
    cause:
      "The registration lists no permission of the downstream API, consent is missing, or the client id is another application's.",
    fix: 'Add the permission to the registration, grant admin consent, and check clientId.',
  },
  650057: {
    level: 'error',
    cause: 'The downstream API is not among the API permissions of the registration.',
    fix: 'Add a permission of the downstream API to the registration and grant admin consent.',
  },
  500011: {
    level: 'error',
    cause: 'The downstream API is not installed in the tenant, or its Application ID URI is misspelled.',
    fix: 'Check the resource in the scope, and have an administrator of the tenant consent to the downstream API.',
  },
  50001: {
    level: 'error',
    cause: 'The downstream API does not exist in the tenant or is disabled there.',
    fix: 'Check the resource in the scope, and have an administrator enable its enterprise application.',
  },
  70011: {
    level: 'error',
    cause: 'A scope does not exist or is malformed, or .default stands beside named scopes.',
    fix: 'Request scopes as the downstream API exposes them, or .default alone.',
  },
  1002012: {
    level: 'error',
    cause: 'An application token was requested with a named scope.',
    fix: 'Request the Application ID URI of the downstream API followed by /.default.',
  },
  28000: {
    level: 'error',
    cause: 'One request named scopes of more than one resource.',
    fix: 'Request the scopes of each resource in a call of its own.',
  },
  700022: {
    level: 'error',
    cause: 'One request named scopes of more than one resource.',
    fix: 'Request the scopes of each resource in a call of its own.',
  },
  28002: {
    level: 'error',
    cause: 'The scope is not one for which an access token can be issued.',
    fix: 'Request a scope that the downstream API exposes, together with its Application ID URI.',
  },
  28003: {
    level: 'error',
    cause: 'The scope is empty.',
    fix: 'Request at least one scope of the downstream API.',
  },
  90009: {
    level: 'error',
    cause: 'The API asks for a token for itself under its Application ID URI.',
    fix: 'Request the scope with the client id in place of the URI, or give the downstream API its own registration.',
  },
  50105: {
    level: 'warn',
    cause: 'The application requires assignment, and the user is not assigned to it.',
    fix: 'Have an administrator assign the user, or a group of the user, to the enterprise application.',
  },
  501051: {
    level: 'error',
    cause: 'The downstream API requires assignment, and the API has none of its app roles.',
    fix: 'Have an administrator assign an app role of the downstream API to the API.',
  },
  9010010: {
    level: 'error',
    cause: 'The resource and the scopes of the request belong to different applications.',
    fix: 'Request the scopes of each resource in a call of its own, under its Application ID URI.',
  },
  650053: {
    level: 'error',
    cause:
      'The downstream API does not expose the scope; a scope without a resource is one of Microsoft Graph.',
    fix: 'Put the Application ID URI of the downstream API before the scope, and check its spelling there.',
  },
  901002: {
    level: 'error',
    cause: 'The request had the parameter resource, which belongs to the v1.0 endpoint.',
    fix: 'Check network.fetch and any proxy on the way: the library does not send the parameter.',
  },
};
