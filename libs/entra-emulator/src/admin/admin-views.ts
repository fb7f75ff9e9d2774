import type { Platform } from '../platform.js';
import type { EmulatedApplication } from '../tenants/application.js';

/** What the administration shows of an application: how many credentials it has, and none of them. */
export function applicationView(application: EmulatedApplication): Record<string, unknown> {
  const { clientSecrets, certificates, provisionedIn, ...rest } = application;
  return {
    ...rest,
    provisionedIn: [...provisionedIn],
    clientSecrets: clientSecrets.length,
    certificates: certificates.length,
  };
}

/** Where things are, and how many of each. */
export function overview({
  url,
  directory,
  signingKeys,
  requests,
  faults,
}: Platform): Record<string, unknown> {
  return {
    url,
    tenantId: directory.homeTenant.tenantId,
    tenants: directory.tenants,
    signingKeys: signingKeys.published.map(({ kid }) => kid),
    users: directory.users.length,
    applications: directory.applications.length,
    faults: faults.waiting.length,
    requests: requests.length,
  };
}
