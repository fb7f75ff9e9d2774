import type { ClientCredentialErrorPart, PlatformErrorDetails } from '../errors/acquisition.errors.js';
import { AADSTS_SECTIONS } from './aadsts-catalogue.js';

/** OAuth errors about scopes and resources (RFC 6749 section 5.2, RFC 8707 section 2, Microsoft's `invalid_resource`). */
const RESOURCE_ERRORS = new Set(['invalid_scope', 'invalid_resource', 'invalid_target']);

/** OAuth errors about the client itself (RFC 6749 section 5.2). */
const CREDENTIAL_ERRORS = new Set(['invalid_client', 'unauthorized_client']);

/**
 * Which part of a request of the API was rejected. Decides by the AADSTS number first: AADSTS650057 is about the resource and
 * comes with `invalid_client`.
 */
export function rejectedPart({ aadsts = 0, error = '' }: PlatformErrorDetails): ClientCredentialErrorPart {
  if (aadsts in AADSTS_SECTIONS.consent) return 'resource';
  if (aadsts in AADSTS_SECTIONS.clientAuthentication) return 'credential';
  if (aadsts in AADSTS_SECTIONS.protocol) return 'request';
  if (RESOURCE_ERRORS.has(error)) return 'resource';
  return CREDENTIAL_ERRORS.has(error) ? 'credential' : 'request';
}
