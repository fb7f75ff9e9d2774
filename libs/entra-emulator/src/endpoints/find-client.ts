import { AadstsError } from '../errors/aadsts-error.js';
import { UNKNOWN_ID } from '../errors/error-definition.js';
import type { Platform } from '../platform.js';
import type { EmulatedApplication } from '../tenants/application.js';

/** Finds the registration of a client: AADSTS700016 when there is none, AADSTS700038 for the empty GUID. */
export function findRegistration(platform: Platform, clientId: string, tenant: string): EmulatedApplication {
  if (clientId === UNKNOWN_ID) {
    throw new AadstsError(700038, [clientId]);
  }
  const application = platform.directory.findApplication(clientId);
  if (application === undefined) {
    throw new AadstsError(700016, [clientId, tenant]);
  }
  return application;
}

/**
 * Checks that the client may be used in the tenant that issues. A multi-tenant application that nobody there signed
 * in to is AADSTS7000229 when it asks for itself; else the tenant does not know it, AADSTS700016. A disabled one is
 * AADSTS7000112.
 */
export function checkClientInTenant(
  { directory }: Platform,
  application: EmulatedApplication,
  tenantId: string,
  grantType: string,
): void {
  const { clientId, name, multiTenant, disabled } = application;
  if (!directory.isProvisioned(application, tenantId)) {
    const isInstallable = multiTenant && grantType === 'client_credentials';
    throw new AadstsError(isInstallable ? 7000229 : 700016, [clientId, tenantId]);
  }
  if (disabled) {
    throw new AadstsError(7000112, [clientId, name]);
  }
}
