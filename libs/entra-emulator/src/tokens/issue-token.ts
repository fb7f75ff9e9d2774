import type { Platform } from '../platform.js';
import type { EmulatedApplication } from '../tenants/application.js';
import { isMicrosoftApplication, isMicrosoftGraph } from '../tenants/microsoft-applications.js';
import type { EmulatedUser } from '../tenants/user.js';
import { audienceOf, signAccessToken, signGraphToken, signIdToken } from './access-token-form.js';
import { appAccessTokenClaims, microsoftResourceAppClaims } from './app-claims.js';
import type { Claims } from './claims.js';
import type { TokenClient } from './token-client.js';
import { APP_ONLY_LIFETIME_SECONDS, randomLifetimeSeconds, tokenTimes } from './token-lifetime.js';
import { idTokenClaims, microsoftResourceClaims, userAccessTokenClaims } from './user-claims.js';

/** An access token and its end. */
export interface IssuedToken {
  readonly token: string;
  /** Seconds since 1970. */
  readonly exp: number;
}

/** What the two kinds of access token have in common. */
interface AccessTokenGrant {
  readonly tenantId: string;
  readonly client: TokenClient;
  readonly resource: EmulatedApplication;
  /** Identifier of the resource as requested. */
  readonly requestedResource: string;
}

/** Grounds for an access token with a user. */
export interface UserGrant extends AccessTokenGrant {
  readonly user: EmulatedUser;
  /** Values for `scp`. */
  readonly scopes: readonly string[];
  /** Seconds since 1970 beyond which the token must not live. */
  readonly latestExpiry?: number;
  /** Conditional access policies that the sign-in satisfied. */
  readonly satisfied: ReadonlySet<string>;
  /** Claims to add. */
  readonly claims?: Claims;
}

/** Grounds for an access token without a user. */
export interface AppGrant extends AccessTokenGrant {
  /** Values for `roles`. */
  readonly roles: readonly string[];
}

/** Issues an access token with a user. Its version is what the resource asks for, not what the endpoint is. */
export function issueUserAccessToken(platform: Platform, grant: UserGrant): IssuedToken {
  const { resource } = grant;
  const version = resource.requestedAccessTokenVersion;
  const lifetimeSeconds = platform.accessTokenLifetimeSeconds ?? randomLifetimeSeconds();
  const times = tokenTimes(platform.now(), lifetimeSeconds, grant.latestExpiry);
  const audience = audienceOf(resource, version, grant.requestedResource);
  const subject = { ...grant, url: platform.url, version, resourceId: resource.clientId, audience, times };
  const claims = {
    ...userAccessTokenClaims(subject),
    ...(isMicrosoftApplication(resource) ? microsoftResourceClaims(subject) : {}),
    ...grant.claims,
  };
  platform.signIns.record(String(claims['uti']), grant.satisfied, platform.now());
  return { token: signFor(platform, resource, claims), exp: times.exp };
}

/** Issues an access token without a user. */
export function issueAppAccessToken(platform: Platform, grant: AppGrant): IssuedToken {
  const { resource } = grant;
  const version = resource.requestedAccessTokenVersion;
  const times = tokenTimes(platform.now(), platform.accessTokenLifetimeSeconds ?? APP_ONLY_LIFETIME_SECONDS);
  const audience = audienceOf(resource, version, grant.requestedResource);
  const subject = { ...grant, url: platform.url, version, resourceId: resource.clientId, audience, times };
  const claims = {
    ...appAccessTokenClaims(subject),
    ...(isMicrosoftApplication(resource) ? microsoftResourceAppClaims(subject) : {}),
  };
  return { token: signFor(platform, resource, claims), exp: times.exp };
}

/** Issues an ID token for the client, ending no later than `latestExpiry` (seconds). */
export function issueIdTokenFor(
  platform: Platform,
  grant: Pick<UserGrant, 'tenantId' | 'client' | 'user' | 'latestExpiry' | 'claims'>,
): string {
  const { clientId } = grant.client;
  const times = tokenTimes(platform.now(), APP_ONLY_LIFETIME_SECONDS, grant.latestExpiry);
  const subject = {
    ...grant,
    url: platform.url,
    version: 2,
    resourceId: clientId,
    audience: clientId,
    scopes: [],
    times,
  } as const;
  return signIdToken({ ...idTokenClaims(subject), ...grant.claims }, platform.signingKeys.current);
}

function signFor(platform: Platform, resource: EmulatedApplication, claims: Claims): string {
  const key = platform.signingKeys.for(resource);
  return isMicrosoftGraph(resource)
    ? signGraphToken(claims, key)
    : signAccessToken(claims, resource.requestedAccessTokenVersion, key);
}
