import type { Platform } from '../platform.js';
import type { EmulatedUser } from '../tenants/user.js';

/**
 * Revokes what a user has (Microsoft: revokeSignInSessions): browsers have to sign in again, codes and refresh tokens
 * are refused with AADSTS50173, and Microsoft Graph refuses the access tokens at once.
 */
export function revokeSessions({ now }: Pick<Platform, 'now'>, user: EmulatedUser): void {
  // What was issued in this very millisecond is revoked too.
  user.tokensValidFrom = new Date(now() + 1);
}
