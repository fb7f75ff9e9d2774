import type { Authority } from '../options/authority.js';

/** Whose consent to what is missing. */
export interface MissingConsent {
  /** Client id of the API. */
  readonly clientId: string;
  /** Tenant of the caller. */
  readonly tenantId: string;
  /** Downstream scopes. */
  readonly scopes: readonly string[];
}

/**
 * Where a user consents to the downstream scopes of an API (Microsoft identity platform, "Incremental and dynamic
 * user consent").
 */
export function consentUri(authority: Authority, { clientId, tenantId, scopes }: MissingConsent): string {
  return address(authority, tenantId, 'oauth2/v2.0/authorize', {
    client_id: clientId,
    response_type: 'code',
    scope: scopes.join(' '),
    prompt: 'consent',
  });
}

/**
 * Where an administrator consents to them for the whole tenant (Microsoft identity platform, "Using the admin consent
 * endpoint").
 */
export function adminConsentUri(
  authority: Authority,
  { clientId, tenantId, scopes }: MissingConsent,
): string {
  return address(authority, tenantId, 'v2.0/adminconsent', { client_id: clientId, scope: scopes.join(' ') });
}

function address(
  { instance }: Authority,
  tenantId: string,
  path: string,
  parameters: Readonly<Record<string, string>>,
): string {
  // Spaces as %20, which every reader of an address understands.
  const query = new URLSearchParams(parameters).toString().replaceAll('+', '%20');
  return `${instance}/${encodeURIComponent(tenantId)}/${path}?${query}`;
}
