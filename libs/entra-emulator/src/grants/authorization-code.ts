import { createHash, timingSafeEqual } from 'node:crypto';
import { AadstsError } from '../errors/aadsts-error.js';
import type { Platform } from '../platform.js';
import type { AuthorizationGrant } from '../tokens/authorization-codes.js';
import { authorizeDelegatedAccess } from './delegated-access.js';
import { checkNotRevoked } from './grant-revocation.js';
import { parseRequestedScopes } from './requested-scopes.js';
import { splitByResource } from './scopes-by-resource.js';
import { checkAccount } from './signed-in-user.js';
import { requireParameter, type TokenRequest, type TokenResponse } from './token-request.js';
import { delegatedTokenResponse } from './token-response.js';

/** How long a code can be redeemed, in milliseconds (Microsoft: authorization code flow). */
const LIFETIME_MS = 10 * 60_000;

/** Redeems an authorization code (RFC 6749 §4.1.3, RFC 7636 §4.6; Microsoft: authorization code flow). */
export function authorizationCode(platform: Platform, request: TokenRequest): TokenResponse {
  const { form } = request;
  const code = requireParameter(form, 'code');
  const redirectUri = requireParameter(form, 'redirect_uri');
  const grant = findGrant(platform, request, code);
  checkUsable(platform, code, grant);
  checkRedirectUri(grant, redirectUri);
  checkVerifier(grant, form.get('code_verifier'));
  const { user, satisfied } = grant;
  checkAccount(user);
  checkNotRevoked(grant);
  const asked = splitByResource(grant.scope);
  const requested = parseRequestedScopes(form.get('scope') ?? asked.resources[0]?.scope ?? grant.scope);
  const access = authorizeDelegatedAccess(platform, { request, user, requested, satisfied });
  platform.authorizationCodes.redeem(code);
  return delegatedTokenResponse(platform, {
    request,
    user,
    requested: { ...requested, oidcWords: new Set([...requested.oidcWords, ...asked.oidcWords]) },
    access,
    satisfied,
    signIn: {
      sessionId: grant.sessionId,
      platform: grant.platform,
      at: grant.issuedAt,
      authenticationContexts: grant.authenticationContexts,
    },
    ...(grant.nonce === undefined ? {} : { nonce: grant.nonce }),
  });
}

/** AADSTS9002313 for what is no code, AADSTS70000 for one of another client, AADSTS700005 of another tenant. */
function findGrant(platform: Platform, request: TokenRequest, code: string): AuthorizationGrant {
  const grant = platform.authorizationCodes.find(code);
  if (grant === undefined) {
    throw new AadstsError(9002313, [], { error: 'invalid_grant' });
  }
  if (grant.clientId !== request.application.clientId) {
    throw new AadstsError(70000);
  }
  if (grant.tenantId !== request.tenantId) {
    throw new AadstsError(700005);
  }
  return grant;
}

/** AADSTS54005: redeemed before. AADSTS70008: older than ten minutes. */
function checkUsable(platform: Platform, code: string, { issuedAt }: AuthorizationGrant): void {
  if (platform.authorizationCodes.isRedeemed(code)) {
    throw new AadstsError(54005);
  }
  if (platform.now() - issuedAt >= LIFETIME_MS) {
    throw new AadstsError(70008);
  }
}

/** AADSTS500112: not the address that the code was sent to, letter by letter. */
function checkRedirectUri({ redirectUri }: AuthorizationGrant, given: string): void {
  if (given !== redirectUri) {
    throw new AadstsError(500112, [given, redirectUri]);
  }
}

/** AADSTS501481: the verifier is missing, wrong, or belongs to no challenge. */
function checkVerifier({ codeChallenge }: AuthorizationGrant, verifier: string | undefined): void {
  const isMatching =
    codeChallenge === undefined
      ? verifier === undefined
      : isSame(
          createHash('sha256')
            .update(verifier ?? '')
            .digest('base64url'),
          codeChallenge,
        );
  if (!isMatching) {
    throw new AadstsError(501481);
  }
}

function isSame(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
