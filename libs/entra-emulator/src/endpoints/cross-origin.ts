import { AadstsError } from '../errors/aadsts-error.js';
import type { Platform } from '../platform.js';
import { platformOfRedirectUri, type ClientPlatform } from '../tenants/redirect-uris.js';
import type { Answer } from './answer.js';
import type { Exchange } from './exchange.js';

/** What a script of another origin may read of a token answer. */
const TOKEN_HEADERS = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Methods': 'POST, OPTIONS',
  'Access-Control-Expose-Headers': 'Content-Length, Content-Encoding, Retry-After, x-ms-request-id, x-ms-srs',
} as const;

/**
 * The platform that the presented code or refresh token was issued to. Of one that nobody issued, it is what the
 * redirect URI is registered for.
 */
export function redemptionPlatform(
  platform: Platform,
  form: ReadonlyMap<string, string>,
): ClientPlatform | undefined {
  const grantType = form.get('grant_type');
  const known =
    grantType === 'authorization_code'
      ? platform.authorizationCodes.find(form.get('code') ?? '')?.platform
      : platform.refreshTokens.find(form.get('refresh_token') ?? '')?.signIn?.platform;
  if (grantType !== 'authorization_code' && grantType !== 'refresh_token') {
    return undefined;
  }
  const application = platform.directory.findApplication(form.get('client_id') ?? '');
  return (
    known ?? (application && platformOfRedirectUri(application.redirectUris, form.get('redirect_uri') ?? ''))
  );
}

/**
 * AADSTS9002326: only a single-page application redeems from another origin. AADSTS9002327: and it does so from there
 * alone (Microsoft: authorization code flow, redirect URIs for single-page apps).
 */
export function checkOrigin(
  { headers: { origin } }: Exchange,
  clientPlatform: ClientPlatform | undefined,
): void {
  if (origin !== undefined && clientPlatform !== 'spa') {
    throw new AadstsError(9002326, [origin]);
  }
  if (origin === undefined && clientPlatform === 'spa') {
    throw new AadstsError(9002327);
  }
}

/** Lets the page of a single-page application read the answer, an error or not; no other page may. */
export function crossOriginHeaders(
  platform: Platform,
  { route, form, headers, method }: Exchange,
  answer: Answer,
): Readonly<Record<string, string>> {
  const isRead = route.endpoint === 'token' && method === 'POST' && headers.origin !== undefined;
  const isAllowed = isRead && redemptionPlatform(platform, form) === 'spa';
  return isAllowed && answer.headers['Access-Control-Allow-Origin'] === undefined ? TOKEN_HEADERS : {};
}
