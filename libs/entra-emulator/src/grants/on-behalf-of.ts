import { AadstsError } from '../errors/aadsts-error.js';
import type { Platform } from '../platform.js';
import { isMicrosoftGraph } from '../tenants/microsoft-applications.js';
import type { Claims } from '../tokens/claims.js';
import { authorizeDelegatedAccess } from './delegated-access.js';
import { parseRequestedScopes } from './requested-scopes.js';
import { findSignedInUser } from './signed-in-user.js';
import { requireParameter, type TokenRequest, type TokenResponse } from './token-request.js';
import { delegatedTokenResponse } from './token-response.js';
import { checkUserAssertion } from './user-assertion.js';

/** Exchanges the token a user's client sent for one to a downstream API (Microsoft: on-behalf-of flow). */
export function onBehalfOf(platform: Platform, request: TokenRequest): TokenResponse {
  const { form, application } = request;
  checkTokenUse(form);
  const assertion = requireParameter(form, 'assertion');
  const requested = parseRequestedScopes(requireParameter(form, 'scope'));
  const { payload } = checkUserAssertion(platform, application, assertion);
  const user = findSignedInUser(platform, request, payload);
  const satisfied = platform.signIns.satisfiedBy(payload['uti']);
  const access = authorizeDelegatedAccess(platform, { request, user, requested, satisfied });
  return delegatedTokenResponse(platform, {
    request,
    user,
    requested,
    access,
    satisfied,
    latestExpiry: lastSecondBefore(payload),
    claims: isMicrosoftGraph(access.resource) ? { xms_st: { sub: payload['sub'] } } : {},
  });
}

/** The grant type serves other exchanges too; `requested_token_use` tells this one. */
function checkTokenUse(form: ReadonlyMap<string, string>): void {
  if (requireParameter(form, 'requested_token_use') !== 'on_behalf_of') {
    throw new AadstsError(9002313);
  }
}

/** No token of the exchange outlives the assertion. */
function lastSecondBefore({ exp }: Claims): number {
  return typeof exp === 'number' ? Math.floor(exp) - 1 : 0;
}
