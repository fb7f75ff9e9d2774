import { AadstsError } from '../errors/aadsts-error.js';
import type { Claims } from '../tokens/claims.js';
import { isNamedBy, registeredCertificate, type RegisteredCertificate } from './registered-certificate.js';

/**
 * The certificate in an assertion's own header (`x5c`), for an application that trusts a subject name in place of
 * one certificate; whoever issued it is trusted. AADSTS700030 for another subject.
 */
export function certificateOfTrustedSubject(
  header: Claims,
  trustedSubjectNames: readonly string[],
): RegisteredCertificate | undefined {
  const [leaf]: unknown[] = Array.isArray(header['x5c']) ? header['x5c'] : [];
  if (typeof leaf !== 'string' || trustedSubjectNames.length === 0) return undefined;
  const sent = readCertificate(leaf);
  if (sent === undefined || !isNamedBy(sent, header)) return undefined;
  if (!trustedSubjectNames.includes(sent.certificate.subject)) throw new AadstsError(700030);
  return sent;
}

function readCertificate(base64: string): RegisteredCertificate | undefined {
  try {
    return registeredCertificate(Buffer.from(base64, 'base64'));
  } catch {
    return undefined; // No certificate: the header names a key that nobody has.
  }
}
