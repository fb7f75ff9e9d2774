import { parseClaimsRequest } from '../authorize/claims-request.js';
import { AadstsError } from '../errors/aadsts-error.js';
import { preciseTime } from '../errors/error-time.js';
import type { Platform } from '../platform.js';
import { MICROSOFT_GRAPH_URI } from '../tenants/microsoft-applications.js';
import type { RefreshGrant } from '../tokens/refresh-tokens.js';
import { authorizeDelegatedAccess } from './delegated-access.js';
import { checkNotRevoked } from './grant-revocation.js';
import { parseRequestedScopes } from './requested-scopes.js';
import { checkAccount } from './signed-in-user.js';
import { requireParameter, type TokenRequest, type TokenResponse } from './token-request.js';
import { delegatedTokenResponse } from './token-response.js';

/** How long a refresh token lives, in milliseconds (Microsoft: refresh token lifetime). */
const LIFETIME_MS = 90 * 24 * 60 * 60_000;

/** How long a single-page application's live after the sign-in, in milliseconds; use does not extend it. */
const SPA_LIFETIME_MS = 24 * 60 * 60_000;

/** Exchanges a refresh token (RFC 6749 §6). The answer always has a new one; the old stays valid. */
export function refreshToken(platform: Platform, request: TokenRequest): TokenResponse {
  const { form } = request;
  const grant = findGrant(platform, request, requireParameter(form, 'refresh_token'));
  const requested = parseRequestedScopes(form.get('scope') ?? `${MICROSOFT_GRAPH_URI}/.default`);
  const { user, satisfied, signIn } = grant;
  checkAccount(user);
  checkNotRevoked(grant);
  checkNotStale(grant, platform.now());
  checkSpaLifetime(grant, platform.now());
  checkClaims(grant, form.get('claims'));
  const access = authorizeDelegatedAccess(platform, { request, user, requested, satisfied });
  const renewed = { ...requested, oidcWords: new Set([...requested.oidcWords, 'offline_access']) };
  return delegatedTokenResponse(platform, {
    request,
    user,
    requested: renewed,
    access,
    satisfied,
    ...(signIn === undefined ? {} : { signIn }),
  });
}

/** AADSTS9002313 for what is no refresh token, AADSTS70000 for one of another client or tenant. */
function findGrant(platform: Platform, request: TokenRequest, token: string): RefreshGrant {
  const grant = platform.refreshTokens.find(token);
  if (grant === undefined) {
    throw new AadstsError(9002313, [], { error: 'invalid_grant' });
  }
  if (grant.clientId !== request.application.clientId || grant.tenantId !== request.tenantId) {
    throw new AadstsError(70000);
  }
  return grant;
}

/** AADSTS700082: not used for 90 days. */
function checkNotStale({ issuedAt }: RefreshGrant, now: number): void {
  if (now - issuedAt >= LIFETIME_MS) {
    throw new AadstsError(700082, [preciseTime(issuedAt)]);
  }
}

/** AADSTS700084: the user of a single-page application signed in more than a day ago. */
function checkSpaLifetime({ signIn }: RefreshGrant, now: number): void {
  if (signIn?.platform === 'spa' && now - signIn.at >= SPA_LIFETIME_MS) {
    throw new AadstsError(700084, [preciseTime(signIn.at)]);
  }
}

/**
 * AADSTS50076: `claims` demands what the sign-in behind the token has not proven, and a refresh token proves nothing
 * more (Microsoft: claims challenges, claims requests and client capabilities).
 */
function checkClaims({ satisfied, signIn }: RefreshGrant, claims: string | undefined): void {
  const { policyIds, authenticationContexts } = parseClaimsRequest(claims);
  const isProven =
    policyIds.every((id) => satisfied.has(id)) &&
    authenticationContexts.every((context) => signIn?.authenticationContexts.includes(context));
  if (!isProven && claims !== undefined) {
    throw new AadstsError(50076, [], { claims });
  }
}
