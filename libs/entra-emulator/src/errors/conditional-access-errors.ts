import { UNKNOWN_ID, type ErrorDefinition } from './error-definition.js';

const BECAUSE =
  'Due to a configuration change made by your administrator, or because you moved to a new location, you must';

/** An error the user can clear by doing more (MFA, terms, a compliant device). */
const actionable = (describe: ErrorDefinition['describe']) =>
  ({ status: 400, error: 'invalid_grant', suberror: 'basic_action', errorUri: true, describe }) as const;

/** An error the user can only read. */
const blocking = (describe: ErrorDefinition['describe']) =>
  ({ status: 400, error: 'invalid_grant', suberror: 'message_only', errorUri: true, describe }) as const;

/** A device that could not authenticate. */
const device = (describe: ErrorDefinition['describe']) =>
  ({ status: 400, error: 'interaction_required', errorUri: true, describe }) as const;

/** Refusals of conditional access, multi-factor authentication, device state and risk. */
export const CONDITIONAL_ACCESS_ERRORS = {
  50076: actionable(
    (resource = UNKNOWN_ID) => `${BECAUSE} use multi-factor authentication to access '${resource}'.`,
  ),
  50079: actionable(
    (resource = UNKNOWN_ID) => `${BECAUSE} enroll in multi-factor authentication to access '${resource}'.`,
  ),
  50072: actionable(
    (resource = UNKNOWN_ID) => `${BECAUSE} enroll in multi-factor authentication to access '${resource}'.`,
  ),
  50074: actionable(() => 'Strong Authentication is required.'),
  50078: actionable(
    (resource = UNKNOWN_ID) =>
      'Presented multi-factor authentication has expired due to policies configured by your administrator, you ' +
      `must refresh your multi-factor authentication to access '${resource}'.`,
  ),
  50158: actionable(
    () =>
      'External security challenge not satisfied. User will be redirected to another page or authentication ' +
      'provider to satisfy additional authentication challenges.',
  ),
  53000: actionable(
    () =>
      'Device is not in required device state: compliant. Conditional Access policy requires a compliant device, ' +
      'and the device is not compliant.',
  ),
  53001: actionable(
    () =>
      'Device is not in required device state: domain_joined. Conditional Access policy requires a domain joined ' +
      'device, and the device is not domain joined.',
  ),
  530002: actionable(() => 'Your device is required to be compliant to access this resource.'),
  530003: actionable(() => 'Your device is required to be managed to access this resource.'),
  53002: blocking(() => 'The app used is not an approved app for Conditional Access.'),
  53003: blocking(
    () =>
      'Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.',
  ),
  53004: blocking(
    () => 'User needs to complete the multi-factor authentication registration process before access.',
  ),
  53010: blocking(() => 'User is blocked from registering multi-factor authentication methods.'),
  53011: blocking(() => 'User blocked due to risk on home tenant.'),
  530032: blocking(() => 'Blocked by conditional access policy of the tenant: tenant security policy.'),
  530034: blocking(
    () => 'A delegated administrator was blocked from accessing the tenant due to account risk.',
  ),
  530035: blocking(() => 'Access has been blocked by security defaults.'),
  530084: blocking(() => 'Access has been blocked by conditional access token protection policy.'),
  50131: blocking(
    () => 'Device is not in required device state, or the sign-in was blocked for suspicious activity.',
  ),
  50097: device(() => 'Device authentication is required.'),
  50129: device(() => 'Device is not workplace joined. Workplace join is required to register the device.'),
  50155: device(() => 'Device authentication failed for this user.'),
  135011: device(() => 'Device used during the authentication is disabled.'),
  50053: {
    status: 400,
    error: 'invalid_grant',
    errorUri: true,
    describe: () =>
      'The account is locked, you have tried to sign in too many times with an incorrect user ID or password.',
  },
  50055: {
    status: 400,
    error: 'invalid_grant',
    suberror: 'user_password_expired',
    errorUri: true,
    describe: () => 'The password is expired.',
  },
  50144: {
    status: 400,
    error: 'invalid_grant',
    suberror: 'user_password_expired',
    errorUri: true,
    describe: () => "The user's Active Directory password has expired.",
  },
} as const satisfies Record<number, ErrorDefinition>;
