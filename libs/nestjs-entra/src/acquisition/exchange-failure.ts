import { isCredentialRefusal } from '../credentials/credential-refusals.js';
import { IdentityPlatformUnavailableError } from '../errors/acquisition.errors.js';
import { EntraAuthError } from '../errors/entra-auth.error.js';
import { foreignCause } from '../errors/foreign-cause.js';
import type { ResolvedOptions } from '../options/resolved-options.js';
import { adminConsentUri, consentUri } from './consent-uri.js';
import { TokenEndpointFailure, TokenEndpointRefusal } from './msal-network.js';
import { toAcquisitionError } from './platform-error-mapping.js';

/** What a call of the token endpoint is about, for its errors. */
export interface Acquisition {
  readonly tenantId: string;
  readonly scopes: readonly string[];
  readonly isAppOnly: boolean;
}

/** The error of ours for whatever went wrong on the way to a token. */
export function exchangeFailure(
  error: unknown,
  { tenantId, scopes, isAppOnly }: Acquisition,
  { authority, clientId }: Pick<ResolvedOptions, 'authority' | 'clientId'>,
): EntraAuthError {
  if (error instanceof EntraAuthError) return error;
  if (error instanceof TokenEndpointFailure) return error.error;
  if (error instanceof TokenEndpointRefusal) {
    const missing = { clientId, tenantId, scopes };
    return toAcquisitionError(error.answer, {
      scopes,
      isAppOnly,
      consentUri: consentUri(authority, missing),
      adminConsentUri: adminConsentUri(authority, missing),
    });
  }
  return new IdentityPlatformUnavailableError('The exchange failed inside msal-node', {
    cause: foreignCause(error),
  });
}

/** The AADSTS number by which the identity platform refused the credential itself. */
export function credentialRefusal(error: unknown): number | undefined {
  const aadsts = error instanceof TokenEndpointRefusal ? error.answer.details.aadsts : undefined;
  return isCredentialRefusal(aadsts) ? aadsts : undefined;
}
