import type { AadstsSection } from './aadsts-advice.js';

/**
 * Conditional access, multi-factor authentication, devices and risk.
 * Source: "Microsoft Entra authentication and authorization error codes", and answers of the token endpoint.
 */
export const CONDITIONAL_ACCESS_ADVICE: AadstsSection = {
  50076: {
    level: 'debug',
    cause: 'The user has to pass multi-factor authentication for the downstream API.',
    fix: 'Nothing to do at the API: the client signs its user in again, with the claims of the challenge if it has any.',
  },
  50079: {
    level: 'debug',
    cause: 'The user has to register for multi-factor authentication.',
    fix: 'Nothing to do at the API: the client signs its user in again, with the claims of the challenge if it has any.',
  },
  50072: {
    level: 'debug',
    cause: 'The user has to enroll a second factor.',
    fix: 'Nothing to do at the API: the client signs its user in again, with the claims of the challenge if it has any.',
  },
  50074: {
    level: 'debug',
    cause: 'The user has not passed multi-factor authentication.',
    fix: 'Nothing to do at the API: the client signs its user in again, with the claims of the challenge if it has any.',
  },
  50078: {
    level: 'debug',
    cause: 'The multi-factor authentication of the user is older than a policy allows.',
    fix: 'Nothing to do at the API: the client signs its user in again, with the claims of the challenge if it has any.',
  },
  50158: {
    level: 'debug',
    cause:
      'The user has to meet a challenge of an external provider, such as its multi-factor authentication.',
    fix: 'Nothing to do at the API: the client signs its user in again, with the claims of the challenge if it has any.',
  },
  53003: {
    level: 'warn',
    cause: 'A conditional access policy blocks access.',
    fix: 'Look the correlation id up in the sign-in logs, and have an administrator change the policy if access is intended.',
  },
  53000: {
    level: 'warn',
    cause: 'Conditional access requires a compliant device.',
    fix: 'Have the user enroll the device, or sign in from a compliant one.',
  },
  530002: {
    level: 'warn',
    cause: 'The downstream API requires a compliant device.',
    fix: 'Have the user enroll the device, or sign in from a compliant one.',
  },
  53001: {
    level: 'warn',
    cause: 'Conditional access requires a domain-joined device.',
    fix: 'Have the user sign in from a device that is joined to the domain.',
  },
  530003: {
    level: 'warn',
    cause: 'The downstream API requires a managed device.',
    fix: 'Have the user sign in from a device that the organization manages.',
  },
  53002: {
    level: 'warn',
    cause: 'Conditional access admits approved client applications alone.',
    fix: 'Have the user use an approved application, or an administrator change the policy.',
  },
  53004: {
    level: 'warn',
    cause:
      'The user has to register for multi-factor authentication, and the risk of the sign-in forbids it.',
    fix: 'Have an administrator review the risk of the user and let the user register.',
  },
  53010: {
    level: 'warn',
    cause: 'The user may register for multi-factor authentication from certain places or devices alone.',
    fix: 'Have the user register from a place or device that the organization trusts.',
  },
  53011: {
    level: 'warn',
    cause: "The user is blocked because of risk in the user's home tenant.",
    fix: 'Have an administrator of the home tenant review the risk of the user.',
  },
  530032: {
    level: 'warn',
    cause: 'A security policy of the tenant blocks the request.',
    fix: 'Look the correlation id up in the sign-in logs, and have an administrator review the policy.',
  },
  530034: {
    level: 'warn',
    cause: 'A delegated administrator is blocked because of risk in their home tenant.',
    fix: 'Have an administrator of the home tenant review the risk of the account.',
  },
  530035: {
    level: 'warn',
    cause: 'The security defaults of the tenant block the request.',
    fix: 'Look the correlation id up in the sign-in logs, and have an administrator review the security defaults.',
  },
  530084: {
    level: 'warn',
    cause: 'A token protection policy of conditional access blocks the request.',
    fix: 'Have an administrator check whether the policy is meant for this API and its clients.',
  },
  50097: {
    level: 'warn',
    cause: "The user's device has to authenticate itself.",
    fix: 'Have the user sign in from a registered device.',
  },
  50129: {
    level: 'warn',
    cause: "The user's device is not registered with the tenant.",
    fix: 'Have the user register the device, or sign in from a registered one.',
  },
  50155: {
    level: 'warn',
    cause: "The user's device could not be authenticated.",
    fix: 'Have the user sign in again, and an administrator check the registration of the device.',
  },
  135011: {
    level: 'warn',
    cause: "The user's device is disabled.",
    fix: 'Have an administrator enable the device, or the user sign in from another one.',
  },
  50131: {
    level: 'warn',
    cause: 'Conditional access refused: the state of the device, suspicious activity, or another policy.',
    fix: 'Look the correlation id up in the sign-in logs for the policy and the reason.',
  },
  50053: {
    level: 'warn',
    cause:
      'The account is locked after failed sign-ins, or the sign-in came from an address known for attacks.',
    fix: 'Have an administrator look the failure reason up in the sign-in logs and unblock the user if it is safe.',
  },
  50055: {
    level: 'debug',
    cause: "The user's password has expired.",
    fix: 'Nothing to do at the API: the client signs its user in again, who changes the password.',
  },
  50144: {
    level: 'debug',
    cause: "The user's Active Directory password has expired.",
    fix: 'Nothing to do at the API: the user changes the password, and the client signs its user in again.',
  },
};
