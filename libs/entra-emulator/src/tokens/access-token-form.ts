import { createHash } from 'node:crypto';
import type { EmulatedApplication } from '../tenants/application.js';
import { isMicrosoftGraph, MICROSOFT_GRAPH_URI } from '../tenants/microsoft-applications.js';
import { orderClaims, type Claims } from './claims.js';
import type { TokenVersion } from './issuer.js';
import { signToken } from './json-web-token.js';
import { newHeaderNonce } from './opaque-values.js';
import type { SigningKey } from './signing-keys.js';

/**
 * The `aud` claim of a token for `resource`: always the bare client id in v2.0; in v1.0 the identifier as
 * requested, its App ID URI by default (Microsoft: access token claims reference).
 */
export function audienceOf(resource: EmulatedApplication, version: TokenVersion, requested?: string): string {
  if (isMicrosoftGraph(resource)) {
    return MICROSOFT_GRAPH_URI;
  }
  return version === 2 ? resource.clientId : (requested ?? resource.identifierUris[0] ?? resource.clientId);
}

/**
 * Signs an access token in the form of its version: v1.0 headers name the key twice, v2.0 headers once.
 *
 * What `header` gives replaces the emulator's own; `null` leaves a member out.
 */
export function signAccessToken(
  claims: Claims,
  version: TokenVersion,
  key: SigningKey,
  header: Claims = {},
): string {
  const own = version === 1 ? { x5t: key.kid, kid: key.kid } : { kid: key.kid };
  return signToken(
    withoutNull({ typ: 'JWT', alg: 'RS256', ...own, ...header }),
    orderClaims(claims),
    key.privateKey,
  );
}

/**
 * Signs an access token for Microsoft Graph: the header that is signed holds a hash of the nonce that is shown, so
 * that nobody but Graph can verify the token.
 */
export function signGraphToken(claims: Claims, key: SigningKey, header: Claims = {}): string {
  const nonce = newHeaderNonce();
  const withNonce = (value: string) =>
    withoutNull({ typ: 'JWT', nonce: value, alg: 'RS256', x5t: key.kid, kid: key.kid, ...header });
  const hashed = createHash('sha256').update(nonce).digest('base64url');
  return signToken(withNonce(nonce), orderClaims(claims), key.privateKey, withNonce(hashed));
}

/** Signs an ID token. */
export function signIdToken(claims: Claims, key: SigningKey): string {
  return signToken({ typ: 'JWT', alg: 'RS256', kid: key.kid }, orderClaims(claims), key.privateKey);
}

function withoutNull(header: Claims): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(header).filter(([, value]) => value !== null && value !== undefined),
  );
}
