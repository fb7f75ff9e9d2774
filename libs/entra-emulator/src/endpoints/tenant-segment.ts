import { AadstsError } from '../errors/aadsts-error.js';
import type { Directory } from '../tenants/directory.js';
import { isGuid } from '../tenants/guid.js';
import { PERSONAL_ACCOUNTS_TENANT } from '../tenants/tenant.js';

/** The words that stand in place of a tenant. */
export type TenantAlias = 'common' | 'organizations' | 'consumers';

/** What a tenant segment names. */
export type NamedTenant =
  | { readonly kind: 'tenant'; readonly tenantId: string }
  | { readonly kind: 'alias'; readonly alias: TenantAlias };

/**
 * Finds what a tenant segment names. Neither GUID nor domain is AADSTS900023; an unknown tenant is AADSTS90002,
 * which the metadata endpoints call `invalid_tenant` and the token endpoint `invalid_request`.
 */
export function resolveTenant(
  directory: Directory,
  segment: string,
  unknownTenantError: 'invalid_tenant' | 'invalid_request',
): NamedTenant {
  const name = segment.toLowerCase();
  if (name === 'common' || name === 'organizations' || name === 'consumers') {
    return { kind: 'alias', alias: name };
  }
  if (name === PERSONAL_ACCOUNTS_TENANT) {
    return { kind: 'alias', alias: 'consumers' };
  }
  if (!isGuid(name) && !isDomain(name)) {
    throw new AadstsError(900023, [segment]);
  }
  const tenant = directory.findTenant(name);
  if (tenant === undefined) {
    throw new AadstsError(90002, [segment], { error: unknownTenantError });
  }
  return { kind: 'tenant', tenantId: tenant.tenantId };
}

function isDomain(name: string): boolean {
  return /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/.test(name);
}
