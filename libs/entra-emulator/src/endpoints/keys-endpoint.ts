import type { Platform } from '../platform.js';
import { tokenIssuer } from '../tokens/issuer.js';
import type { SigningKey } from '../tokens/signing-keys.js';
import { jsonAnswer, type Answer } from './answer.js';
import { METADATA_HEADERS } from './discovery-endpoint.js';
import type { Exchange } from './exchange.js';
import { resolveTenant } from './tenant-segment.js';

/**
 * Answers `/{tenant}/discovery/v2.0/keys` and its v1.0 sister (RFC 7517 §5). Every tenant has the same keys; with
 * `?appid=` an application with a signing key of its own has that one instead.
 */
export function keysEndpoint(platform: Platform, { route, query }: Exchange): Answer {
  resolveTenant(platform.directory, route.tenant, 'invalid_tenant');
  const { directory, signingKeys } = platform;
  const application = directory.findApplication(query.get('appid') ?? '');
  const custom = application && signingKeys.customOf(application);
  const published = custom ? [custom] : signingKeys.published;
  const keys = published.map((key) => jsonWebKey(platform.url, key));
  return jsonAnswer(200, { keys }, METADATA_HEADERS);
}

/** A key as Entra shows it: without `alg`, and with an issuer template to match the token's issuer against. */
function jsonWebKey(url: string, key: SigningKey): Record<string, unknown> {
  return {
    kty: 'RSA',
    use: 'sig',
    kid: key.kid,
    x5t: key.kid,
    n: key.n,
    e: key.e,
    x5c: [key.certificate.raw.toString('base64')],
    cloud_instance_name: 'microsoftonline.com',
    issuer: tokenIssuer(url, '{tenantid}', 2),
  };
}
