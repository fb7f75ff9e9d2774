import { AadstsError } from '../errors/aadsts-error.js';
import { consentedScopes, refuseTokenForItself } from '../grants/delegated-access.js';
import type { ResourceScopes } from '../grants/scopes-by-resource.js';
import type { Platform } from '../platform.js';
import type { EmulatedApplication } from '../tenants/application.js';
import { isMicrosoftGraph } from '../tenants/microsoft-applications.js';
import { isOidcWord } from '../tenants/scope-name.js';
import type { EmulatedUser } from '../tenants/user.js';
import type { AuthorizationRequest } from './authorization-request.js';

/** Scopes of one resource that a user is asked to consent to. */
export interface ConsentItem {
  readonly resource: EmulatedApplication;
  /** In the letter case of the resource. */
  readonly scopes: readonly string[];
  /** Those that only an administrator may consent to. */
  readonly adminOnly: readonly string[];
}

/** What the user has to consent to before the request can go on. */
export interface MissingConsent {
  readonly items: readonly ConsentItem[];
  /** OpenID Connect words. They need no consent of their own once the client has any. */
  readonly oidcWords: readonly string[];
}

/** Finds what the user has not consented to yet, or all that was asked for when `all` is set (`prompt=consent`). */
export function missingConsent(
  platform: Platform,
  request: AuthorizationRequest,
  user: EmulatedUser,
  all: boolean,
): MissingConsent {
  const { application, scopes } = request;
  const items = scopes.resources.flatMap((asked) => {
    const resource = findResource(platform, user.tenantId, asked.resource);
    refuseTokenForItself(application, resource, asked);
    const consented =
      all && resource !== application ? [] : consentedScopes(platform, application, resource, user);
    const missing = missingScopes(application, resource, asked, consented);
    const adminOnly = missing.filter((scope) => resource.adminConsentScopes.includes(scope));
    return missing.length === 0 ? [] : [{ resource, scopes: missing, adminOnly }];
  });
  const needsWords = all || !platform.consents.hasAny(application, user.oid);
  return { items, oidcWords: needsWords ? [...scopes.oidcWords] : [] };
}

/** AADSTS500011: the tenant has no such resource, and signing in would not install it. AADSTS50001: it is disabled. */
export function findResource(platform: Platform, tenantId: string, identifier: string): EmulatedApplication {
  const { directory } = platform;
  const resource = directory.findResource(identifier);
  if (resource === undefined || !(resource.multiTenant || directory.isProvisioned(resource, tenantId))) {
    throw new AadstsError(500011, [identifier, tenantId]);
  }
  if (resource.disabled) {
    throw new AadstsError(50001, [identifier, tenantId]);
  }
  return resource;
}

/** AADSTS650053: a scope that the resource does not have. `.default` asks for all when there is no consent yet. */
function missingScopes(
  application: EmulatedApplication,
  resource: EmulatedApplication,
  asked: ResourceScopes,
  consented: readonly string[],
): string[] {
  if (asked.isDefault) {
    return consented.length > 0 ? [] : defaultScopes(resource);
  }
  const wanted = asked.values.map((value) => {
    const known = resource.scopes.find((scope) => scope.toLowerCase() === value.toLowerCase());
    if (known === undefined) {
      throw new AadstsError(650053, [application.name, value, resource.clientId]);
    }
    return known;
  });
  return wanted.filter((scope) => !consented.includes(scope));
}

/** Nobody registers all of Microsoft Graph: its basic scope stands for what a registration would list. */
function defaultScopes(resource: EmulatedApplication): string[] {
  return isMicrosoftGraph(resource)
    ? ['User.Read']
    : resource.scopes.filter((scope) => !isOidcWord(scope) && !resource.adminConsentScopes.includes(scope));
}
