import type { Authority } from '../options/authority.js';

/** Where a user consents to the downstream scopes of an API (Microsoft identity platform, "Incremental and dynamic user consent"). */
export function consentUri(
  authority: Authority,
  { clientId, tenantId, scopes }: { clientId: string; tenantId: string; scopes: readonly string[] },
): string {
  const query = new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    scope: scopes.join(' '),
    prompt: 'consent',
  });
  return `${authority.instance}/${tenantId}/oauth2/v2.0/authorize?${query.toString()}`;
}
