import type { EntraUser } from '../caller/entra-user.js';
import { AccessBlockedError, ClaimsChallengeError } from '../errors/acquisition.errors.js';
import { AppOnlyCallerError } from '../errors/authorization.errors.js';

/** The id of an authentication context, as an administrator publishes it: `c1` to `c99`. */
export const AUTH_CONTEXT_ID = /^c[1-9]\d?$/;

/**
 * Checks that the sign-in behind the token satisfied an authentication context of conditional access (claim `acrs`).
 *
 * What lacks is asked for, as Microsoft's "Developer guide to Conditional Access authentication context" has it. A
 * client that does not declare the capability `cp1` (claim `xms_cc`) cannot answer that, and meets a plain 403.
 *
 * @throws AppOnlyCallerError when the caller is an application: nobody could step up
 * @throws ClaimsChallengeError when the client can ask its user for more
 * @throws AccessBlockedError when it cannot
 */
export function checkAuthContext(id: string, { claims, isAppOnly }: EntraUser): void {
  if (isAppOnly) {
    throw new AppOnlyCallerError(
      `The route needs a user in authentication context ${id}; the caller is an application`,
    );
  }
  if (values(claims['acrs']).includes(id)) return;
  const isCapable = values(claims['xms_cc']).some((capability) => capability.toLowerCase() === 'cp1');
  if (!isCapable) {
    throw new AccessBlockedError(
      `The route needs authentication context ${id}, and the client does not declare the capability cp1 to be asked for it`,
    );
  }
  throw new ClaimsChallengeError(
    JSON.stringify({ access_token: { acrs: { essential: true, value: id } } }),
    `The route needs authentication context ${id}, which acrs of the token lacks`,
  );
}

/** A claim of several values is a list; some issuers write a single one as text. */
function values(claim: unknown): readonly string[] {
  return [claim].flat().filter((value) => typeof value === 'string');
}
