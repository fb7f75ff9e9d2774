import { ConfigurationError } from '../errors/configuration.error.js';
import { shown } from '../options/shown.js';

/**
 * The tenant of a token, as it stands in the address: a GUID or domain, in lower case.
 * @throws ConfigurationError when it is neither, or one of Microsoft's words for many tenants, where neither
 *   on-behalf-of nor client credentials is offered (AADSTS90010)
 */
export function concreteTenant(tenant: unknown): string {
  const lower = typeof tenant === 'string' ? tenant.toLowerCase() : '';
  if (/^(common|organizations|consumers)$/.test(lower)) {
    throw new ConfigurationError(
      `A token was asked for at "${lower}", which is no tenant; pass { tenantId } with a GUID or domain.`,
    );
  }
  if (/^[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?$/.test(lower)) return lower;
  throw new ConfigurationError(`tenantId is ${shown(tenant)}; give a tenant as a GUID or domain.`);
}
