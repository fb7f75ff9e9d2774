import type { ResolvedOptions } from '../options/resolved-options.js';

/** What is in force, in one line, without anything secret. */
export function configurationLine(options: ResolvedOptions): string {
  const { authority, clientId, audiences, allowedTenants, downstreamApis } = options;
  const kinds = options.clientCredentials().map(({ sourceType }) => sourceType);
  const apis = [...downstreamApis.values()].map(({ name, baseUrl }) => `${name} (${baseUrl})`);
  return [
    `Tokens of ${authority.instance} are accepted: tenant ${authority.tenant}`,
    ...(allowedTenants === undefined ? [] : [`allowed tenants ${listed(allowedTenants)}`]),
    ...(authority.policy === undefined ? [] : [`policy ${authority.policy}`]),
    `client ${clientId}`,
    `audiences ${audiences.join(' ')}`,
    `credentials ${kinds.join(' ') || 'none'}`,
    `downstream APIs ${apis.join(' ') || 'none'}`,
  ].join(', ');
}

/** A long list says nothing in a line of log. */
function listed(tenants: ReadonlySet<string> | 'any'): string {
  if (tenants === 'any') return 'any';
  return tenants.size <= 3 ? [...tenants].join(' ') : String(tenants.size);
}
