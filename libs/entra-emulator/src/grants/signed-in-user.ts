import { AadstsError } from '../errors/aadsts-error.js';
import type { Platform } from '../platform.js';
import type { EmulatedUser } from '../tenants/user.js';
import type { Claims } from '../tokens/claims.js';
import type { TokenRequest } from './token-request.js';

/** The user of an assertion, if the account may still be used in the tenant that is asked. */
export function findSignedInUser(platform: Platform, request: TokenRequest, claims: Claims): EmulatedUser {
  const { tenantId, application } = request;
  const tid = String(claims['tid']);
  if (tid.toLowerCase() !== tenantId) {
    throw new AadstsError(50020, [`https://sts.windows.net/${tid}/`, tenantId, application.clientId]);
  }
  const user = platform.directory.findUser(tenantId, String(claims['oid']));
  if (user === undefined) {
    throw new AadstsError(50034, ['{EUII Hidden}', tenantId]);
  }
  checkAccount(user);
  return user;
}

/** AADSTS500341 for a deleted account, AADSTS50057 for a disabled one. */
export function checkAccount(user: EmulatedUser): void {
  if (user.deleted) {
    throw new AadstsError(500341, [user.tenantId]);
  }
  if (user.disabled) {
    throw new AadstsError(50057);
  }
}
