import { certificateFromPkcs12, isPkcs12 } from './pkcs12.js';
import { certificateFromPem, type SigningCertificate } from './signing-certificate.js';

/** Reads a certificate and its key from one file, PKCS#12 or PEM, whatever its name says. @throws CredentialFault */
export function certificateFromBytes(bytes: Buffer, password: string | undefined): SigningCertificate {
  if (isPkcs12(bytes)) return certificateFromPkcs12(bytes, password);
  const pem = bytes.toString('utf8');
  return certificateFromPem({ certificate: pem, privateKey: pem, passphrase: password });
}
