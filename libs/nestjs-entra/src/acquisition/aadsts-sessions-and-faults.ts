import type { AadstsSection } from './aadsts-advice.js';

/**
 * Sign-ins that ended, limits, and passing faults.
 * Source: "Microsoft Entra authentication and authorization error codes", and answers of the token endpoint.
 */
export const SESSION_AND_FAULT_ADVICE: AadstsSection = {
  50173: {
    level: 'debug',
    cause: "The user's sign-in was revoked, or the password was changed.",
    fix: 'Nothing to do at the API: the client signs its user in again.',
  },
  700082: {
    level: 'debug',
    cause: 'The refresh token expired because it was not used for a long time.',
    fix: 'Nothing to do at the API: the client signs its user in again.',
  },
  700084: {
    level: 'debug',
    cause: 'The refresh token was that of a single-page application, whose time is limited, and it is over.',
    fix: 'Nothing to do at the API: the client signs its user in again.',
  },
  70043: {
    level: 'debug',
    cause: 'The sign-in is older than the sign-in frequency of conditional access allows.',
    fix: 'Nothing to do at the API: the client signs its user in again.',
  },
  70008: {
    level: 'debug',
    cause: 'The refresh token or authorization code has expired.',
    fix: 'Nothing to do at the API: the client signs its user in again.',
  },
  70000: {
    level: 'warn',
    cause: 'The grant is malformed or not known to the identity platform.',
    fix: 'Have the client acquire a new token; when every token is refused, check clientId and tenantId.',
  },
  50196: {
    level: 'warn',
    cause:
      'The same request was sent over and over within minutes, and the identity platform stopped the loop.',
    fix: 'Find the client that repeats what was refused, and use forceRefresh and claims only when an answer asked for it.',
  },
  90055: {
    level: 'warn',
    cause: 'The tenant sends more requests than the identity platform admits.',
    fix: 'Wait; if it lasts, find what in the tenant requests so many tokens.',
  },
  90033: {
    level: 'warn',
    cause: 'The directory of the identity platform is not available for the moment.',
    fix: 'Wait; callers are told when to come back.',
  },
  90006: {
    level: 'warn',
    cause: 'A server that the identity platform depends on is not available for the moment.',
    fix: 'Wait; callers are told when to come back.',
  },
  90024: {
    level: 'warn',
    cause: 'The identity platform ran out of time or resources for the request.',
    fix: 'Wait; callers are told when to come back.',
  },
  90090: {
    level: 'warn',
    cause: 'A service of the directory is not available for the moment.',
    fix: 'Wait; callers are told when to come back.',
  },
  50033: {
    level: 'warn',
    cause: 'The identity platform met a passing fault.',
    fix: 'Wait; callers are told when to come back.',
  },
  50087: {
    level: 'warn',
    cause: 'The identity platform met a passing fault in strong authentication.',
    fix: 'Wait; callers are told when to come back.',
  },
  90012: {
    level: 'warn',
    cause: 'The request timed out within the identity platform.',
    fix: 'Wait; callers are told when to come back.',
  },
  50000: {
    level: 'warn',
    cause: 'The identity platform failed to issue the token.',
    fix: 'Wait; if it lasts, open a support ticket with trace id, correlation id and time of the log line.',
  },
  90036: {
    level: 'warn',
    cause: 'The directory of the identity platform failed in a way that a retry does not change.',
    fix: 'Open a support ticket with trace id, correlation id and time of the log line.',
  },
};
