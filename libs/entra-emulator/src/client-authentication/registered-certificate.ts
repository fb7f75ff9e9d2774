import { createHash, X509Certificate } from 'node:crypto';
import type { Claims } from '../tokens/claims.js';

/** A certificate of an application and the names its assertions may call it by. */
export interface RegisteredCertificate {
  readonly certificate: X509Certificate;
  /** Base64url SHA-1. */
  readonly x5t: string;
  /** Base64url SHA-256. */
  readonly x5tS256: string;
}

/** Reads a certificate from PEM or DER; throws when it is none. */
export function registeredCertificate(text: string | Buffer): RegisteredCertificate {
  const certificate = new X509Certificate(text);
  return {
    certificate,
    x5t: createHash('sha1').update(certificate.raw).digest('base64url'),
    x5tS256: createHash('sha256').update(certificate.raw).digest('base64url'),
  };
}

/** Tells whether the header of an assertion names this certificate, by `x5t`, `x5t#S256` or `kid`. */
export function isNamedBy({ x5t, x5tS256 }: RegisteredCertificate, header: Claims): boolean {
  const kid = typeof header['kid'] === 'string' ? header['kid'] : '';
  const byKid = kid === x5t || kid.toUpperCase() === hexOf(x5t) || kid.toUpperCase() === hexOf(x5tS256);
  return isSame(header['x5t'], x5t) || isSame(header['x5t#S256'], x5tS256) || byKid;
}

/** Bytes written in base64url, as Entra's errors show a thumbprint. */
export function hexOf(base64url: string): string {
  return Buffer.from(base64url, 'base64url').toString('hex').toUpperCase();
}

/** Compares thumbprints, which some clients write in base64 or with padding. */
function isSame(given: unknown, thumbprint: string): boolean {
  return typeof given === 'string' && Buffer.from(given, 'base64url').toString('base64url') === thumbprint;
}
