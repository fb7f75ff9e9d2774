import type { Platform } from '../platform.js';
import { createApplication, type EmulatedApplication } from '../tenants/application.js';
import { isGuid } from '../tenants/guid.js';
import { isMicrosoftApplication, isMicrosoftGraph } from '../tenants/microsoft-applications.js';
import { createUser, type EmulatedUser } from '../tenants/user.js';
import { audienceOf, signAccessToken, signGraphToken, signIdToken } from './access-token-form.js';
import { appAccessTokenClaims } from './app-claims.js';
import { isOfUser } from './caller-kind.js';
import type { Claims } from './claims.js';
import type { TokenVersion } from './issuer.js';
import { TEST_CLIENT } from './token-client.js';
import { APP_ONLY_LIFETIME_SECONDS, randomLifetimeSeconds, tokenTimes } from './token-lifetime.js';
import { idTokenClaims, microsoftResourceClaims, userAccessTokenClaims } from './user-claims.js';

/** How a token is issued without a request. */
export interface SignInOptions {
  /** Ids of the conditional access policies that the sign-in satisfied. */
  readonly satisfies?: readonly string[];
  /** Members of the JOSE header to replace; `null` leaves one out. The signature is always RS256. */
  readonly header?: Readonly<Record<string, unknown>>;
}

/** An access token as a client gets it that signed a user in. Given claims replace the emulator's own. */
export function signInForAccessToken(platform: Platform, claims: Claims, options: SignInOptions): string {
  const resource = resourceOf(platform, claims);
  const version = versionOf(claims, resource);
  const signedIn = isAppOnly(claims)
    ? appClaims(platform, claims, resource, version)
    : userClaims(platform, claims, resource, version);
  const merged: Claims = { ...signedIn, ...claims, aud: audienceClaim(claims, resource, version) };
  if (typeof merged['uti'] === 'string') {
    platform.signIns.record(merged['uti'], options.satisfies ?? [], platform.now());
  }
  const key = platform.signingKeys.for(resource);
  return isMicrosoftGraph(resource)
    ? signGraphToken(merged, key, options.header)
    : signAccessToken(merged, version, key, options.header);
}

/** An ID token as a client gets it that signed a user in. Given claims replace the emulator's own. */
export function signInForIdToken(platform: Platform, claims: Claims): string {
  const client = resourceOf(platform, claims);
  const user = userOf(platform, claims);
  const own = idTokenClaims({
    url: platform.url,
    version: 2,
    tenantId: tenantOf(claims, user),
    user,
    client: { ...TEST_CLIENT, clientId: client.clientId },
    resourceId: client.clientId,
    audience: client.clientId,
    scopes: [],
    times: tokenTimes(platform.now(), APP_ONLY_LIFETIME_SECONDS),
  });
  return signIdToken({ ...own, ...claims }, platform.signingKeys.current);
}

function userClaims(
  platform: Platform,
  claims: Claims,
  resource: EmulatedApplication,
  version: TokenVersion,
): Claims {
  const user = userOf(platform, claims);
  const tenantId = tenantOf(claims, user);
  // The first sign-in from a tenant is what installs a multi-tenant application there.
  platform.directory.provision(resource, tenantId);
  const subject = {
    url: platform.url,
    version,
    tenantId,
    user,
    client: TEST_CLIENT,
    resourceId: resource.clientId,
    audience: audienceOf(resource, version),
    scopes: resource.scopes,
    times: tokenTimes(platform.now(), platform.accessTokenLifetimeSeconds ?? randomLifetimeSeconds()),
  };
  return {
    ...userAccessTokenClaims(subject),
    ...(isMicrosoftApplication(resource) ? microsoftResourceClaims(subject) : {}),
  };
}

function appClaims(
  platform: Platform,
  claims: Claims,
  resource: EmulatedApplication,
  version: TokenVersion,
): Claims {
  const { oid, tid } = claims;
  return appAccessTokenClaims({
    url: platform.url,
    version,
    tenantId: typeof tid === 'string' ? tid : platform.directory.homeTenant.tenantId,
    client: { ...TEST_CLIENT, ...(typeof oid === 'string' ? { objectId: oid } : {}) },
    resourceId: resource.clientId,
    audience: audienceOf(resource, version),
    roles: [],
    times: tokenTimes(platform.now(), platform.accessTokenLifetimeSeconds ?? APP_ONLY_LIFETIME_SECONDS),
  });
}

/** A token whose `scp` is taken away, empty or `/` stands for an application, and so does one whose `idtyp` says so. */
function isAppOnly(claims: Claims): boolean {
  const { idtyp } = claims;
  const isDecided = 'scp' in claims || (idtyp !== undefined && idtyp !== null);
  return isDecided && !isOfUser(claims);
}

function resourceOf(platform: Platform, claims: Claims): EmulatedApplication {
  const { directory } = platform;
  const audience = claims['aud'];
  const named = typeof audience === 'string' ? directory.findResource(audience) : undefined;
  if (named !== undefined) {
    return named;
  }
  const first = directory.firstApplication(({ scopes }) => scopes.length > 0);
  if (first === undefined && !('aud' in claims)) {
    throw new Error(
      'There is no application to issue a token for. Add one with addApplication, or give aud.',
    );
  }
  return typeof audience !== 'string' && first !== undefined
    ? first
    : createApplication({}, directory.homeTenant.tenantId);
}

function versionOf(claims: Claims, resource: EmulatedApplication): TokenVersion {
  if (claims['ver'] === '1.0') {
    return 1;
  }
  return claims['ver'] === '2.0' ? 2 : resource.requestedAccessTokenVersion;
}

/** A registered audience takes the form of the token's version; any other stays as given. */
function audienceClaim(claims: Claims, resource: EmulatedApplication, version: TokenVersion): unknown {
  const { aud } = claims;
  if (!('aud' in claims)) {
    return audienceOf(resource, version);
  }
  const isRegistered =
    typeof aud === 'string' && (aud === resource.clientId || resource.identifierUris.includes(aud));
  return isRegistered ? audienceOf(resource, version, aud) : aud;
}

/** The user who signs in. One the directory does not know yet is added, for nobody else could have signed in. */
function userOf(platform: Platform, claims: Claims): EmulatedUser {
  const { directory } = platform;
  const oid = typeof claims['oid'] === 'string' ? claims['oid'] : undefined;
  const tid = typeof claims['tid'] === 'string' ? claims['tid'] : undefined;
  const known = oid === undefined ? directory.firstUser(tid) : directory.findUserIn(tid, oid);
  if (known !== undefined) {
    return known;
  }
  const tenant = directory.findTenant(tid ?? directory.homeTenant.tenantId);
  const init = {
    ...(typeof claims['name'] === 'string' ? { name: claims['name'] } : {}),
    ...(typeof claims['preferred_username'] === 'string'
      ? { preferredUsername: claims['preferred_username'] }
      : {}),
  };
  if (tenant === undefined || (oid !== undefined && !isGuid(oid))) {
    const stranger = createUser(init, tid ?? directory.homeTenant.tenantId, 'fabrikam.onmicrosoft.com');
    return oid === undefined ? stranger : { ...stranger, oid };
  }
  return directory.addUser({ ...init, ...(oid === undefined ? {} : { oid }), tenantId: tenant.tenantId });
}

function tenantOf(claims: Claims, user: EmulatedUser): string {
  return typeof claims['tid'] === 'string' ? claims['tid'] : user.tenantId;
}
