import type { Claims } from './claims.js';
import { newAio, newRh, newUti, newXmsFtd } from './opaque-values.js';
import { tokenIssuer, type TokenVersion } from './issuer.js';
import type { TokenClient } from './token-client.js';
import type { TokenTimes } from './token-lifetime.js';

/** What an app-only token says. */
export interface AppTokenSubject {
  /** Base address of the emulator. */
  readonly url: string;
  readonly version: TokenVersion;
  readonly tenantId: string;
  readonly client: TokenClient;
  /** Client id of the resource. */
  readonly resourceId: string;
  /** The `aud` claim. */
  readonly audience: string;
  /** The `roles` claim, left out when empty. */
  readonly roles: readonly string[];
  readonly times: TokenTimes;
}

/**
 * Claims of an access token without a user, v1.0 or v2.0. `sub` is the `oid` of the service principal, there is
 * no `scp`, and no `idtyp` either (Microsoft: access token claims reference).
 */
export function appAccessTokenClaims(subject: AppTokenSubject): Claims {
  const { url, version, tenantId, client, roles } = subject;
  return {
    aud: subject.audience,
    iss: tokenIssuer(url, tenantId, version),
    ...subject.times,
    aio: newAio(),
    oid: client.objectId,
    rh: newRh(tenantId, subject.resourceId),
    roles: roles.length === 0 ? null : roles,
    sub: client.objectId,
    tid: tenantId,
    uti: newUti(),
    ver: version === 1 ? '1.0' : '2.0',
    xms_ftd: newXmsFtd(),
    ...(version === 1
      ? {
          appid: client.clientId,
          appidacr: client.authentication,
          idp: `https://sts.windows.net/${tenantId}/`,
        }
      : { azp: client.clientId, azpacr: client.authentication }),
  };
}

/** What Microsoft Graph's and Azure Resource Manager's app-only tokens say beyond that. */
export function microsoftResourceAppClaims({ client }: AppTokenSubject): Claims {
  return { app_displayname: client.name, idtyp: 'app', tenant_region_scope: 'WW' };
}
