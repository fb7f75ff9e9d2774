import { AadstsError } from '../errors/aadsts-error.js';
import type { Platform } from '../platform.js';
import type { EmulatedApplication } from '../tenants/application.js';
import { decodeToken } from '../tokens/json-web-token.js';
import type { NamedTenant } from './tenant-segment.js';

/** AADSTS90010: `common` and `consumers` serve only grants that bring a user's own session. */
export function refuseAlias(named: NamedTenant, grantType: string): void {
  const isOfUser = grantType === 'refresh_token' || grantType === 'authorization_code';
  if (named.kind === 'alias' && named.alias !== 'organizations' && !isOfUser) {
    throw new AadstsError(90010);
  }
}

/**
 * The tenant that issues. Where the path names none, it is the tenant of the user's token, else of the client;
 * AADSTS50194 refuses a single-tenant client there.
 */
export function issuingTenant(
  platform: Platform,
  named: NamedTenant,
  application: EmulatedApplication,
  form: ReadonlyMap<string, string>,
): string {
  if (named.kind === 'tenant') {
    return named.tenantId;
  }
  if (!application.multiTenant) {
    throw new AadstsError(50194, [application.clientId, application.name]);
  }
  const tid = decodeToken(form.get('assertion') ?? '')?.payload['tid'];
  const ofAssertion = typeof tid === 'string' ? platform.directory.findTenant(tid) : undefined;
  const ofRefreshToken = platform.refreshTokens.find(form.get('refresh_token') ?? '');
  const ofCode = platform.authorizationCodes.find(form.get('code') ?? '');
  return ofAssertion?.tenantId ?? ofRefreshToken?.tenantId ?? ofCode?.tenantId ?? application.tenantId;
}
