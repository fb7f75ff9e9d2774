import { signOutOf, type BrowserSession, type SignedInAccount } from '../authorize/browser-sessions.js';
import { redirect } from '../authorize/reply.js';
import { readSessionCookie } from '../authorize/session-cookie.js';
import { signedOutPage } from '../pages/signed-out-page.js';
import type { Platform } from '../platform.js';
import type { EmulatedApplication } from '../tenants/application.js';
import { platformOfRedirectUri } from '../tenants/redirect-uris.js';
import { decodeToken, isSignedWith } from '../tokens/json-web-token.js';
import type { Answer } from './answer.js';
import type { Exchange } from './exchange.js';
import { parametersOf } from './parameters.js';
import { resolveTenant } from './tenant-segment.js';

/**
 * Answers `/{tenant}/oauth2/v2.0/logout` (OpenID Connect RP-Initiated Logout). A hint signs one account out, no hint
 * all of the browser's. It leads only to addresses that are registered: of the application that the `id_token_hint`
 * was issued to, or without one, of any.
 */
export function logoutEndpoint(platform: Platform, exchange: Exchange): Answer {
  resolveTenant(platform.directory, exchange.route.tenant, 'invalid_request');
  const parameters = parametersOf(exchange);
  const hint = readIdTokenHint(platform, parameters.get('id_token_hint'));
  const session = platform.browserSessions.find(readSessionCookie(platform.url, exchange.headers.cookie));
  if (session !== undefined) {
    signOut(session, [hint?.sessionId, parameters.get('logout_hint')]);
  }
  const target = parameters.get('post_logout_redirect_uri');
  const applications = hint === undefined ? platform.directory.applications : [hint.application];
  const isRegistered =
    target !== undefined &&
    applications.some(({ redirectUris }) => platformOfRedirectUri(redirectUris, target) !== undefined);
  if (!isRegistered) {
    return signedOutPage();
  }
  const state = parameters.get('state');
  return redirect(state === undefined ? target : withState(target, state));
}

function signOut(session: BrowserSession, hints: readonly (string | undefined)[]): void {
  const given = hints.filter((hint) => hint !== undefined).map((hint) => hint.toLowerCase());
  const isMeant = ({ user, sessionId }: SignedInAccount): boolean =>
    [user.preferredUsername, user.email, sessionId].some((name) =>
      given.includes((name ?? '').toLowerCase()),
    );
  signOutOf(session, given.length === 0 ? () => true : isMeant);
}

/** An ID token of the emulator's own, expired or not. */
function readIdTokenHint(
  { signingKeys, directory }: Platform,
  token: string | undefined,
): { application: EmulatedApplication; sessionId: string } | undefined {
  const decoded = decodeToken(token ?? '');
  const key = decoded && signingKeys.find(decoded.header['kid']);
  if (decoded === undefined || key === undefined || !isSignedWith(decoded, 'RS256', key.publicKey)) {
    return undefined;
  }
  const application = directory.findApplication(String(decoded.payload['aud']));
  return application && { application, sessionId: String(decoded.payload['sid']) };
}

function withState(address: string, state: string): string {
  const url = new URL(address);
  url.searchParams.set('state', state);
  return url.href;
}
