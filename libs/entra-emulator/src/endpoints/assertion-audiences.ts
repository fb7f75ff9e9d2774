import type { Platform } from '../platform.js';
import type { Exchange } from './exchange.js';

/** What follows the tenant in the audience of a client assertion: token endpoints, and the v2.0 issuer. */
const AUDIENCE_PATHS = ['/oauth2/v2.0/token', '/oauth2/token', '/v2.0'];

/** The audiences a client assertion may have: addresses of the tenant, by GUID or as the request wrote it. */
export function assertionAudiences(
  platform: Platform,
  { origin, route }: Exchange,
  tenantId: string,
): string[] {
  const domains = platform.directory.findTenant(tenantId)?.domains ?? [];
  const segments = [...new Set([tenantId, route.tenant, ...domains])];
  return [...new Set([platform.url, origin])].flatMap((host) =>
    segments.flatMap((segment) => AUDIENCE_PATHS.map((path) => `${host}/${segment}${path}`)),
  );
}
