import type { ErrorDefinition } from './error-definition.js';

/** An error that goes away by itself. */
const transient = (description: string) =>
  ({
    status: 400,
    error: 'temporarily_unavailable',
    errorUri: true,
    describe: () => description,
  }) as const;

/** Throttling, loops and faults of the platform itself. */
export const TRANSIENT_ERRORS = {
  50196: {
    status: 400,
    error: 'invalid_grant',
    errorUri: true,
    describe: () =>
      'The server terminated an operation because it encountered a client request loop. ' +
      'Please contact your app vendor.',
  },
  90055: transient('There are too many incoming requests.'),
  90033: transient('A transient error has occurred. Please try again.'),
  90006: transient('The service is temporarily unavailable. Please retry later.'),
  90024: transient('A transient error has occurred. Please try again.'),
  90090: transient('A transient error has occurred. Please try again.'),
  50033: transient('A transient error has occurred. Please try again.'),
  50087: transient('A transient error has occurred during strong authentication. Please try again.'),
  90012: transient('The request has timed out.'),
  50000: {
    status: 400,
    error: 'server_error',
    errorUri: true,
    describe: () => 'There was an error issuing a token or an issue with our sign-in service.',
  },
  90036: {
    status: 400,
    error: 'server_error',
    errorUri: true,
    describe: () => 'An unexpected, non-retryable error stemming from the directory service has occurred.',
  },
} as const satisfies Record<number, ErrorDefinition>;
