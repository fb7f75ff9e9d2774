import { AadstsError } from '../errors/aadsts-error.js';
import type { Platform } from '../platform.js';
import type { EmulatedApplication } from '../tenants/application.js';
import { isGuid } from '../tenants/guid.js';
import { isMicrosoftGraph } from '../tenants/microsoft-applications.js';
import { isOidcWord } from '../tenants/scope-name.js';
import type { EmulatedUser } from '../tenants/user.js';
import { findRequestedResource, registeredIdentifier } from './requested-resource.js';
import type { RequestedScopes } from './requested-scopes.js';
import type { GrantedScopes } from './scope-echo.js';
import type { TokenRequest } from './token-request.js';

/** A user whose client asks for scopes of a resource. */
export interface DelegatedAccessRequest {
  readonly request: TokenRequest;
  readonly user: EmulatedUser;
  readonly requested: RequestedScopes;
  /** Conditional access policies that the sign-in satisfied. */
  readonly satisfied: ReadonlySet<string>;
}

/** What the client may have. */
export interface DelegatedAccess {
  readonly resource: EmulatedApplication;
  readonly granted: GrantedScopes;
}

/** Decides what a client may have for a user: resource, consent, assignment, conditional access, in this order. */
export function authorizeDelegatedAccess(
  platform: Platform,
  access: DelegatedAccessRequest,
): DelegatedAccess {
  const { request, user, requested } = access;
  const resource = findRequestedResource(platform, request.tenantId, requested.resource);
  refuseTokenForItself(request.application, resource, requested);
  const consented = consentedScopes(platform, request.application, resource, user);
  checkConsent(request, requested, consented);
  checkAssignment(resource, user);
  const values = grantedValues(platform, access, resource, consented);
  const subject = {
    resourceId: resource.clientId,
    userId: user.oid,
    scopes: values,
    satisfied: access.satisfied,
  };
  platform.requiredClaims.enforce(subject);
  return {
    resource,
    granted: {
      resource: registeredIdentifier(resource, requested.resource),
      values,
      oidcWords: isMicrosoftGraph(resource) ? grantedOidcWords(requested, consented) : new Set(),
    },
  };
}

/** AADSTS90009: an application asks for a token for itself by its client id only. */
export function refuseTokenForItself(
  application: EmulatedApplication,
  resource: EmulatedApplication,
  requested: RequestedScopes,
): void {
  if (resource.clientId === application.clientId && !isGuid(requested.resource)) {
    throw new AadstsError(90009, [application.clientId, application.name]);
  }
}

/** What was consented to. An application needs nobody's consent to its own scopes. */
export function consentedScopes(
  platform: Platform,
  application: EmulatedApplication,
  resource: EmulatedApplication,
  user: EmulatedUser,
): readonly string[] {
  return resource.clientId === application.clientId
    ? resource.scopes
    : platform.consents.grantedScopes(application, resource, user.oid);
}

/** AADSTS65001 unless every named scope was consented to, or any for `.default`. */
function checkConsent(
  { application }: TokenRequest,
  requested: RequestedScopes,
  consented: readonly string[],
): void {
  const known = new Set(consented.map((scope) => scope.toLowerCase()));
  const isGranted = requested.isDefault
    ? consented.length > 0
    : requested.values.every((value) => known.has(value.toLowerCase()));
  if (!isGranted) {
    throw new AadstsError(65001, [application.clientId, application.name]);
  }
}

/** AADSTS50105: the application takes assigned users only. */
export function checkAssignment(resource: EmulatedApplication, user: EmulatedUser): void {
  if (resource.appRoleAssignmentRequired && !resource.assignedUsers.includes(user.oid)) {
    throw new AadstsError(50105, [resource.name, resource.clientId]);
  }
}

/**
 * Every scope the token gets: those asked for, and all others consented to that no conditional access policy guards
 * (Microsoft: breaking changes, August 2021).
 */
function grantedValues(
  platform: Platform,
  { user, requested, satisfied }: DelegatedAccessRequest,
  resource: EmulatedApplication,
  consented: readonly string[],
): string[] {
  const asked = new Set(requested.values.map((value) => value.toLowerCase()));
  const ofResource = consented.filter((scope) => !(isMicrosoftGraph(resource) && isOidcWord(scope)));
  return ofResource.filter((scope) => {
    const subject = { resourceId: resource.clientId, userId: user.oid, scopes: [scope], satisfied };
    return (
      requested.isDefault || asked.has(scope.toLowerCase()) || !platform.requiredClaims.wouldRefuse(subject)
    );
  });
}

/** The words asked for, which come as three, and those consented to before. */
function grantedOidcWords(requested: RequestedScopes, consented: readonly string[]): ReadonlySet<string> {
  const isSignIn = ['openid', 'profile', 'email'].some((word) => requested.oidcWords.has(word));
  const words = consented.map((scope) => scope.toLowerCase()).filter(isOidcWord);
  return new Set(isSignIn ? ['openid', 'profile', 'email', ...words] : words);
}
