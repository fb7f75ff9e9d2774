import type { Directory } from '../tenants/directory.js';
import type { EmulatedUser } from '../tenants/user.js';
import type { AuthorizationRequest } from './authorization-request.js';
import { isCurrent, type BrowserSession, type SignedInAccount } from './browser-sessions.js';

/** The users who may be chosen: those of the tenant, whom a login hint names first. */
export function selectableUsers(directory: Directory, request: AuthorizationRequest): EmulatedUser[] {
  const users = directory.users.filter((user) => !user.deleted && isOfTenant(user, request));
  const ofDomain = users.filter(({ preferredUsername }) =>
    preferredUsername.toLowerCase().endsWith(`@${(request.domainHint ?? '').toLowerCase()}`),
  );
  const offered = ofDomain.length > 0 ? ofDomain : users;
  return offered.toSorted((a, b) => Number(isHinted(b, request)) - Number(isHinted(a, request)));
}

/** The accounts of the browser that the request can go on with, without asking the user. */
export function usableAccounts(session: BrowserSession, request: AuthorizationRequest): SignedInAccount[] {
  const { sessionId, loginHint, claims } = request;
  return session.accounts.filter(
    (account) =>
      isCurrent(account) &&
      isOfTenant(account.user, request) &&
      (sessionId === undefined || account.sessionId === sessionId) &&
      (loginHint === undefined || isHinted(account.user, request)) &&
      (claims.notBefore === undefined || account.signedInAt >= claims.notBefore * 1000),
  );
}

/** Tells whether the login hint of the request means this user. */
export function isHinted(
  { preferredUsername, email }: EmulatedUser,
  { loginHint }: AuthorizationRequest,
): boolean {
  const hint = loginHint?.toLowerCase();
  return hint !== undefined && (preferredUsername.toLowerCase() === hint || email?.toLowerCase() === hint);
}

function isOfTenant(
  { tenantId }: EmulatedUser,
  { tenantId: wanted, application }: AuthorizationRequest,
): boolean {
  return wanted === undefined
    ? application.multiTenant || application.tenantId === tenantId
    : wanted === tenantId;
}
