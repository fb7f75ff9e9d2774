import { ASSERTION_ERRORS } from './assertion-errors.js';
import { AUTHORIZATION_ERRORS } from './authorization-errors.js';
import { CLIENT_AUTHENTICATION_ERRORS } from './client-authentication-errors.js';
import { CONDITIONAL_ACCESS_ERRORS } from './conditional-access-errors.js';
import { CONSENT_AND_RESOURCE_ERRORS } from './consent-and-resource-errors.js';
import type { ErrorDefinition } from './error-definition.js';
import { PROTOCOL_ERRORS } from './protocol-errors.js';
import { REFRESH_TOKEN_ERRORS } from './refresh-token-errors.js';
import { TRANSIENT_ERRORS } from './transient-errors.js';

/** Every AADSTS code the emulator knows, with what Entra answers for it. */
export const AADSTS_REGISTRY = {
  ...ASSERTION_ERRORS,
  ...AUTHORIZATION_ERRORS,
  ...CLIENT_AUTHENTICATION_ERRORS,
  ...CONDITIONAL_ACCESS_ERRORS,
  ...CONSENT_AND_RESOURCE_ERRORS,
  ...PROTOCOL_ERRORS,
  ...REFRESH_TOKEN_ERRORS,
  ...TRANSIENT_ERRORS,
} as const;

/** A code of the registry. */
export type AadstsCode = keyof typeof AADSTS_REGISTRY;

/** Tells whether the emulator knows `code`. */
export function isAadstsCode(code: number): code is AadstsCode {
  return Object.hasOwn(AADSTS_REGISTRY, code);
}

/** The definition of `code`. */
export function errorDefinition(code: AadstsCode): ErrorDefinition {
  return AADSTS_REGISTRY[code];
}
