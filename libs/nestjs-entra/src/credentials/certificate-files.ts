import { readFileSync } from 'node:fs';
import type { CertificatePathCredential } from '../options/client-credential.js';
import { loadCertificate } from './certificate.js';
import type { ConfidentialClientCredential } from './confidential-client-credential.js';

/** Loads a certificate and its key from PEM files: one file each, or both in one. */
export function loadCertificateFiles(credential: CertificatePathCredential): ConfidentialClientCredential {
  const certificate = read(credential.certificateDiskPath);
  return loadCertificate({
    certificate,
    privateKey:
      credential.privateKeyDiskPath === undefined ? certificate : read(credential.privateKeyDiskPath),
    passphrase: credential.certificatePassword,
  });
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new Error(`cannot read ${path} (${reason}); check the path and its permissions.`, { cause });
  }
}
