import type { Platform } from '../platform.js';
import type { EmulatedUser } from '../tenants/user.js';
import type { Claims } from '../tokens/claims.js';
import { issueIdTokenFor, issueUserAccessToken } from '../tokens/issue-token.js';
import type { InteractiveSignIn } from '../tokens/refresh-tokens.js';
import { expiresIn } from '../tokens/token-lifetime.js';
import type { DelegatedAccess } from './delegated-access.js';
import type { RequestedScopes } from './requested-scopes.js';
import { scopeClaim, scopeEcho } from './scope-echo.js';
import type { TokenRequest, TokenResponse } from './token-request.js';

/** A user's grant that passed every check. */
export interface DelegatedGrant {
  readonly request: TokenRequest;
  readonly user: EmulatedUser;
  readonly requested: RequestedScopes;
  readonly access: DelegatedAccess;
  readonly satisfied: ReadonlySet<string>;
  /** Seconds since 1970 beyond which no token may live. */
  readonly latestExpiry?: number;
  /** Claims for the access token beyond the usual. */
  readonly claims?: Claims;
  /** The interactive sign-in behind the grant, where there was one. */
  readonly signIn?: InteractiveSignIn;
  /** For the ID token: the `nonce` of the authorization request. */
  readonly nonce?: string;
}

/** Issues the tokens of a delegated grant: a refresh token for `offline_access`, an ID token for `openid`. */
export function delegatedTokenResponse(platform: Platform, grant: DelegatedGrant): TokenResponse {
  const { request, user, requested, access, satisfied } = grant;
  const { tenantId, client, form } = request;
  const limits = grant.latestExpiry === undefined ? {} : { latestExpiry: grant.latestExpiry };
  const issued = issueUserAccessToken(platform, {
    tenantId,
    user,
    client,
    resource: access.resource,
    requestedResource: access.granted.resource,
    scopes: scopeClaim(access.granted),
    satisfied,
    claims: { ...clientCapabilities(form.get('claims')), ...sessionClaims(grant), ...grant.claims },
    ...limits,
  });
  const seconds = expiresIn(issued.exp, platform.now());
  return {
    token_type: 'Bearer',
    scope: scopeEcho(requested, access.granted),
    expires_in: seconds,
    ext_expires_in: seconds,
    access_token: issued.token,
    ...(requested.oidcWords.has('offline_access') ? { refresh_token: newRefreshToken(platform, grant) } : {}),
    ...(requested.oidcWords.has('openid')
      ? {
          id_token: issueIdTokenFor(platform, {
            tenantId,
            client,
            user,
            claims: { ...(grant.signIn && { sid: grant.signIn.sessionId }), nonce: grant.nonce },
            ...limits,
          }),
        }
      : {}),
    ...(form.get('client_info') === '1' ? { client_info: clientInfo(user, tenantId) } : {}),
  };
}

/** What the session says in an access token: its id, and the authentication contexts it satisfied. */
function sessionClaims({ signIn }: DelegatedGrant): Claims {
  if (signIn === undefined) {
    return {};
  }
  const { sessionId, authenticationContexts } = signIn;
  return {
    sid: sessionId,
    ...(authenticationContexts.length === 0 ? {} : { acrs: authenticationContexts }),
  };
}

function newRefreshToken(platform: Platform, grant: DelegatedGrant): string {
  const { request, user, satisfied, signIn } = grant;
  return platform.refreshTokens.issue({
    clientId: request.application.clientId,
    tenantId: request.tenantId,
    user,
    issuedAt: platform.now(),
    satisfied,
    ...(signIn === undefined ? {} : { signIn }),
  });
}

/** Who the user is, for clients that keep accounts. */
function clientInfo(user: EmulatedUser, tenantId: string): string {
  return Buffer.from(JSON.stringify({ uid: user.oid, utid: tenantId })).toString('base64url');
}

/** The `xms_cc` claim: what the client declared in the `claims` parameter, in its own letter case. */
function clientCapabilities(parameter: string | undefined): Claims {
  try {
    const claims = JSON.parse(parameter ?? '{}') as { access_token?: { xms_cc?: { values?: unknown } } };
    const values = claims.access_token?.xms_cc?.values;
    return Array.isArray(values) ? { xms_cc: values } : {};
  } catch {
    // A claims parameter that is no JSON declares nothing.
    return {};
  }
}
