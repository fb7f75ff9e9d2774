import { createPublicKey, type KeyObject } from 'node:crypto';
import { detach } from '../own-properties.js';

/** A published key that access tokens are signed with. */
export interface SigningKey {
  readonly kid: string;
  readonly key: KeyObject;
  /** Issuer the key is bound to, possibly with `{tenantid}` in it; `undefined` when the key set names none. */
  readonly issuer: string | undefined;
}

/**
 * The usable keys of a JWK set (RFC 7517 section 5), by `kid`: RSA of 2 048 bits or more, meant for
 * signatures. Others are left out, as the RFC asks; `undefined` when it is no key set at all.
 */
export function readKeySet(json: unknown): ReadonlyMap<string, SigningKey> | undefined {
  const keys = keysIn(json);
  if (!keys) return undefined;
  const byId = new Map<string, SigningKey>();
  for (const jwk of keys) {
    const key = readKey(jwk);
    // Two keys under one name: which one signed must not be guessed. The first stays.
    if (key && !byId.has(key.kid)) byId.set(key.kid, key);
  }
  return byId;
}

/** The names of all keys in a JWK set, usable or not. */
export function kidsOf(json: unknown): ReadonlySet<string> {
  const kids = (keysIn(json) ?? []).map((jwk) => (jwk as { kid?: unknown } | null)?.kid);
  return new Set(kids.filter((kid) => typeof kid === 'string'));
}

function keysIn(json: unknown): readonly unknown[] | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  const { keys } = detach(json) as { keys?: unknown };
  return Array.isArray(keys) ? (keys as unknown[]) : undefined;
}

function readKey(jwk: unknown): SigningKey | undefined {
  if (typeof jwk !== 'object' || jwk === null) return undefined;
  const { kty, kid, use, alg, n, e, issuer } = jwk as Record<string, unknown>;
  if (
    kty !== 'RSA' ||
    typeof kid !== 'string' ||
    kid === '' ||
    typeof n !== 'string' ||
    typeof e !== 'string'
  ) {
    return undefined;
  }
  if ((use !== undefined && use !== 'sig') || (alg !== undefined && alg !== 'RS256')) return undefined;
  // A binding that cannot be read must not count as none.
  if (issuer !== undefined && typeof issuer !== 'string') return undefined;
  try {
    const key = createPublicKey({ key: { kty, n, e }, format: 'jwk' });
    // RFC 7518 section 3.3: RS256 needs 2 048 bits.
    if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < 2048) return undefined;
    return { kid, key, issuer };
  } catch {
    return undefined; // A key that cannot be read verifies nothing.
  }
}
