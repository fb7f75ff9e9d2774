import { identityProviderOf, type EmulatedUser } from '../tenants/user.js';
import type { Claims } from './claims.js';
import { newAio, newRh, newSessionId, newUti, newXmsFtd, pairwiseSubject, puidOf } from './opaque-values.js';
import { tokenIssuer, type TokenVersion } from './issuer.js';
import type { TokenClient } from './token-client.js';
import type { TokenTimes } from './token-lifetime.js';

/** What a user's token says. */
export interface UserTokenSubject {
  /** Base address of the emulator. */
  readonly url: string;
  readonly version: TokenVersion;
  readonly tenantId: string;
  readonly user: EmulatedUser;
  readonly client: TokenClient;
  /** Client id of the resource: the subject is pairwise for it. */
  readonly resourceId: string;
  /** The `aud` claim. */
  readonly audience: string;
  /** The `scp` claim, short values. */
  readonly scopes: readonly string[];
  readonly times: TokenTimes;
}

/** Claims of an access token with a user, v1.0 or v2.0 (Microsoft: access token claims reference). */
export function userAccessTokenClaims(subject: UserTokenSubject): Claims {
  const { tenantId, user, client, version } = subject;
  return {
    ...commonUserClaims(subject, subject.resourceId),
    scp: subject.scopes.join(' '),
    xms_ftd: newXmsFtd(),
    ...(version === 1
      ? { ...v1UserClaims(user), appid: client.clientId, appidacr: client.authentication }
      : { preferred_username: user.preferredUsername, azp: client.clientId, azpacr: client.authentication }),
    tid: tenantId,
  };
}

/** What Microsoft Graph's and Azure Resource Manager's tokens say beyond that. */
export function microsoftResourceClaims({ user, client, times }: UserTokenSubject): Claims {
  return {
    acct: user.guestFrom === undefined ? 0 : 1,
    app_displayname: client.name,
    idtyp: 'user',
    platf: '3',
    puid: puidOf(user.oid),
    tenant_region_scope: 'WW',
    wids: ['b79fbf4d-3ef9-4689-8143-76b194e85509'],
    xms_idrel: user.guestFrom === undefined ? '1 2' : '1 6',
    xms_pftexp: times.exp + 86_400,
    xms_tcdt: 1_500_000_000,
  };
}

/** Claims of a v2.0 ID token (Microsoft: ID token claims reference). It names no `azp`, `appid` or `scp`. */
export function idTokenClaims(subject: UserTokenSubject): Claims {
  return {
    ...commonUserClaims(subject, subject.client.clientId),
    aud: subject.client.clientId,
    preferred_username: subject.user.preferredUsername,
  };
}

function commonUserClaims(subject: UserTokenSubject, subjectFor: string): Claims {
  const { url, version, tenantId, user, times } = subject;
  return {
    aud: subject.audience,
    iss: tokenIssuer(url, tenantId, version),
    ...times,
    aio: newAio(),
    name: user.name,
    oid: user.oid,
    rh: newRh(tenantId, subjectFor),
    sid: newSessionId(),
    sub: pairwiseSubject(tenantId, user.oid, subjectFor),
    tid: tenantId,
    uti: newUti(),
    ver: version === 1 ? '1.0' : '2.0',
    ...guestClaims(user),
  };
}

function v1UserClaims(user: EmulatedUser): Claims {
  const [givenName, ...familyName] = user.name.split(' ');
  const mail = user.email ?? user.preferredUsername;
  return {
    acr: '1',
    amr: ['pwd'],
    family_name: familyName.join(' ') || null,
    given_name: givenName,
    ipaddr: '203.0.113.7',
    ...(user.guestFrom === undefined
      ? { upn: user.preferredUsername, unique_name: user.preferredUsername }
      : { unique_name: user.guestFrom === 'live.com' ? `live.com#${mail}` : mail }),
  };
}

function guestClaims(user: EmulatedUser): Claims {
  return user.guestFrom === undefined
    ? {}
    : { email: user.email ?? user.preferredUsername, idp: identityProviderOf(user.guestFrom) };
}
