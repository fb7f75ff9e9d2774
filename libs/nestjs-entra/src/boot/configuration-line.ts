import type { CredentialStatus } from '../credentials/credential-status.js';
import type { ResolvedOptions } from '../options/resolved-options.js';

/** What is in force, in one line, without anything secret. */
export function configurationLine(
  options: ResolvedOptions,
  credentials: readonly CredentialStatus[],
): string {
  const { authority, clientId, audiences, allowedTenants, downstreamApis } = options;
  const apis = [...downstreamApis.values()].map(({ name, baseUrl }) => `${name} (${baseUrl})`);
  return [
    `Tokens of ${authority.instance} are accepted: tenant ${authority.tenant}`,
    ...(allowedTenants === undefined ? [] : [`allowed tenants ${listed(allowedTenants)}`]),
    ...(authority.policy === undefined ? [] : [`policy ${authority.policy}`]),
    `client ${clientId}`,
    `audiences ${audiences.join(' ')}`,
    credentialText(credentials),
    apis.length === 0 ? 'no downstream APIs' : `downstream APIs ${apis.join(' ')}`,
  ].join(', ');
}

/** A long list says nothing in a line of log. */
function listed(tenants: ReadonlySet<string> | 'any'): string {
  if (tenants === 'any') return 'any';
  return tenants.size <= 3 ? [...tenants].join(' ') : String(tenants.size);
}

/** The credential in use and the day its certificate expires on; of the others in the list their number alone. */
function credentialText(credentials: readonly CredentialStatus[]): string {
  const inUse = credentials.find((credential) => credential.isInUse);
  if (!inUse) return credentials.length === 0 ? 'no credential' : 'no credential that can be used yet';
  const day = inUse.certificate?.expiresOn.toISOString().slice(0, 10);
  const others = credentials.length - 1;
  return [
    `credential ${inUse.sourceType}`,
    ...(day === undefined ? [] : [`(certificate until ${day})`]),
    ...(others === 0 ? [] : [`and ${others} in reserve`]),
  ].join(' ');
}
