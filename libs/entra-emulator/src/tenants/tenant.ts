import { randomUUID } from 'node:crypto';
import { requireGuid } from './guid.js';

/** What `addTenant` takes; everything has a default. */
export interface TenantInit {
  /** GUID of the tenant; random by default. */
  readonly tenantId?: string;
  /** Verified domains that may stand in the URL instead of the GUID. */
  readonly domains?: readonly string[];
}

/** A tenant of the emulator. */
export interface EmulatedTenant {
  readonly tenantId: string;
  /** Verified domains, lower case. Never empty: the first is the initial domain. */
  readonly domains: readonly string[];
}

/** Tenant of personal Microsoft accounts (Microsoft: ID token claims reference, `tid`). */
export const PERSONAL_ACCOUNTS_TENANT = '9188040d-6c67-4c5b-b112-36a304b66dad';

/** A tenant from what the caller gave. */
export function createTenant(init: TenantInit = {}): EmulatedTenant {
  const tenantId = requireGuid(init.tenantId ?? randomUUID(), 'tenantId');
  const domains = init.domains ?? [`tenant-${tenantId.slice(0, 8)}.onmicrosoft.com`];
  return { tenantId, domains: domains.map((domain) => domain.toLowerCase()) };
}
