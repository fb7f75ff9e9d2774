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
 * The platform that the presented code or refresh token was issued to. One that nobody issued counts for what the
 * redirect URI is registered for, or else for a page's where a page sends it: it is then refused for what it is.
 */
export function redemptionPlatform(
  platform: Platform,
  { form, headers }: Exchange,
): ClientPlatform | undefined {
  const code = platform.authorizationCodes.find(form.get('code') ?? '');
  const refreshGrant = platform.refreshTokens.find(form.get('refresh_token') ?? '');
  switch (form.get('grant_type')) {
    case 'authorization_code':
      return code === undefined ? platformOfSender(platform, form, headers.origin) : code.platform;
    case 'refresh_token':
      return refreshGrant === undefined
        ? platformOfSender(platform, form, headers.origin)
        : refreshGrant.signIn?.platform;
    default:
      return undefined;
  }
}

function platformOfSender(
  { directory }: Platform,
  form: ReadonlyMap<string, string>,
  origin: string | undefined,
): ClientPlatform | undefined {
  const redirectUris = directory.findApplication(form.get('client_id') ?? '')?.redirectUris;
  const redirectUri = form.get('redirect_uri');
  if (redirectUris === undefined || redirectUri !== undefined) {
    return redirectUris && platformOfRedirectUri(redirectUris, redirectUri ?? '');
  }
  return origin !== undefined && redirectUris.spa.length > 0 ? 'spa' : undefined;
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
  exchange: Exchange,
  answer: Answer,
): Readonly<Record<string, string>> {
  const { route, headers, method } = exchange;
  const isRead = route.endpoint === 'token' && method === 'POST' && headers.origin !== undefined;
  const isAllowed = isRead && redemptionPlatform(platform, exchange) === 'spa';
  return isAllowed && answer.headers['Access-Control-Allow-Origin'] === undefined ? TOKEN_HEADERS : {};
}
