import { AadstsError } from '../errors/aadsts-error.js';
import type { Platform } from '../platform.js';
import type { EmulatedApplication } from '../tenants/application.js';
import { isGuid } from '../tenants/guid.js';

/** The resource a scope names: AADSTS500011 when the tenant has none of that name, AADSTS50001 when it is disabled. */
export function findRequestedResource(
  platform: Platform,
  tenantId: string,
  identifier: string,
): EmulatedApplication {
  const { directory } = platform;
  const resource = directory.findResource(identifier);
  if (resource === undefined || !directory.isProvisioned(resource, tenantId)) {
    throw new AadstsError(500011, [identifier, tenantId]);
  }
  if (resource.disabled) {
    throw new AadstsError(50001, [identifier, tenantId]);
  }
  return resource;
}

/** The identifier in the letter case of the registration: scopes may be asked for in any. */
export function registeredIdentifier(resource: EmulatedApplication, identifier: string): string {
  return isGuid(identifier)
    ? resource.clientId
    : (resource.identifierUris.find((uri) => uri.toLowerCase() === identifier.toLowerCase()) ?? identifier);
}
