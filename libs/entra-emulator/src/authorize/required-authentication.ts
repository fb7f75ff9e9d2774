import { AadstsError } from '../errors/aadsts-error.js';
import { consentedScopes } from '../grants/delegated-access.js';
import type { Platform } from '../platform.js';
import { capolidsClaims, type ListedPolicy } from '../policies/required-claims.js';
import type { AuthorizationRequest } from './authorization-request.js';
import type { SignedInAccount } from './browser-sessions.js';
import { findResource } from './missing-consent.js';

/** Refusals that multi-factor authentication clears. */
const CLEARED_BY_MULTI_FACTOR: readonly number[] = [50076, 50079, 50072, 50074, 50078, 50158];

/** Those of them that an earlier authentication in the session clears as well. */
const CLEARED_BY_SESSION: readonly number[] = [50076, 50079, 50072, 50074];

/** What the user has to prove beyond the first sign-in. */
export interface RequiredAuthentication {
  /** The refusal that a silent request gets. */
  readonly refusal: AadstsError;
  readonly policyIds: readonly string[];
  readonly authenticationContexts: readonly string[];
}

/**
 * What conditional access wants of this sign-in: the policies on the scopes asked for, and those that the `claims`
 * parameter names. One that the user cannot clear is thrown.
 */
export function requiredAuthentication(
  platform: Platform,
  request: AuthorizationRequest,
  account: SignedInAccount,
): RequiredAuthentication | undefined {
  const { claims } = request;
  const policies = [
    ...policiesOnScopes(platform, request, account),
    ...policiesNamed(platform, claims.policyIds, account),
  ];
  const blocking = policies.find(({ code }) => !CLEARED_BY_MULTI_FACTOR.includes(code));
  if (blocking !== undefined) {
    throw refusalOf(blocking, blocking.policyIds);
  }
  const policyIds = [...policies.flatMap((policy) => policy.policyIds), ...claims.policyIds].filter(
    (id) => !account.satisfied.has(id),
  );
  const authenticationContexts = claims.authenticationContexts.filter(
    (context) => !account.authenticationContexts.has(context),
  );
  if (policyIds.length === 0 && authenticationContexts.length === 0) {
    return undefined;
  }
  const required = { policyIds, authenticationContexts };
  const isCleared = account.hasMultiFactor && policies.every(({ code }) => CLEARED_BY_SESSION.includes(code));
  if (isCleared) {
    satisfy(account, required);
    return undefined;
  }
  const [first] = policies;
  const refusal =
    first === undefined
      ? new AadstsError(50076, [], { error: 'interaction_required' })
      : refusalOf(first, policyIds);
  return { ...required, refusal };
}

/** Notes what the user has proven. */
export function satisfy(
  account: SignedInAccount,
  required: Pick<RequiredAuthentication, 'policyIds' | 'authenticationContexts'>,
): void {
  account.hasMultiFactor = true;
  for (const id of required.policyIds) {
    account.satisfied.add(id);
  }
  for (const context of required.authenticationContexts) {
    account.authenticationContexts.add(context);
  }
}

function policiesOnScopes(
  platform: Platform,
  { application, scopes }: AuthorizationRequest,
  { user, satisfied }: SignedInAccount,
): readonly ListedPolicy[] {
  return scopes.resources.flatMap((asked) => {
    const resource = findResource(platform, user.tenantId, asked.resource);
    const values = asked.isDefault ? consentedScopes(platform, application, resource, user) : asked.values;
    return platform.requiredClaims.unsatisfied({
      resourceId: resource.clientId,
      userId: user.oid,
      scopes: values,
      satisfied,
    });
  });
}

function policiesNamed(
  platform: Platform,
  ids: readonly string[],
  { satisfied }: SignedInAccount,
): readonly ListedPolicy[] {
  return platform.requiredClaims.all.filter(({ policyIds }) =>
    policyIds.some((id) => ids.includes(id) && !satisfied.has(id)),
  );
}

/** In a redirect Entra calls every one of them `interaction_required`. */
function refusalOf(
  { code, resourceId, withClaims }: ListedPolicy,
  policyIds: readonly string[],
): AadstsError {
  return new AadstsError(code, [resourceId], {
    error: 'interaction_required',
    ...(withClaims ? { claims: capolidsClaims(policyIds) } : {}),
  });
}
