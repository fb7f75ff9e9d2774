import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import type { ConfidentialClientCredential } from './confidential-client-credential.js';

/** PEM of a certificate and of its private key. */
export interface CertificatePem {
  certificate: string;
  privateKey: string;
  /** Of an encrypted private key. */
  passphrase?: string;
}

/**
 * A certificate that can sign client assertions (Microsoft identity platform, "Certificate credentials").
 * Throws, in a sentence without the key, when the certificate is expired or the key is not its own.
 */
export function loadCertificate(pem: CertificatePem, now = Date.now()): ConfidentialClientCredential {
  const certificate = parseCertificate(pem.certificate);
  const privateKey = parsePrivateKey(pem);
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new Error(
      'has a private key that is not the key of its certificate; give the key that belongs to it.',
    );
  }
  if (privateKey.asymmetricKeyType !== 'rsa') {
    throw new Error(`has a key of type ${privateKey.asymmetricKeyType}; Entra accepts RSA keys.`);
  }
  if (now < Date.parse(certificate.validFrom)) {
    throw new Error(
      `is not valid before ${certificate.validFrom}; compare the clocks, or use the one before it.`,
    );
  }
  if (now > Date.parse(certificate.validTo)) {
    throw new Error(
      `expired on ${certificate.validTo}; renew the certificate and register it with the application.`,
    );
  }
  return {
    clientCertificate: {
      thumbprintSha256: certificate.fingerprint256.replaceAll(':', ''),
      privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    },
  };
}

function parseCertificate(pem: string): X509Certificate {
  const first = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/.exec(pem)?.[0];
  if (!first) throw new Error('holds no PEM certificate; it has to begin with -----BEGIN CERTIFICATE-----.');
  try {
    return new X509Certificate(first);
  } catch {
    // The parser's own message tells nothing more, and may quote the text.
    throw new Error('holds a PEM certificate that cannot be parsed; export it again.');
  }
}

function parsePrivateKey({ privateKey: pem, passphrase }: CertificatePem): KeyObject {
  const block = /-----BEGIN ([A-Z ]*)PRIVATE KEY-----[\s\S]+?-----END \1PRIVATE KEY-----/.exec(pem)?.[0];
  if (!block) {
    throw new Error('is without its private key; give privateKeyDiskPath, or a file that holds both.');
  }
  try {
    return createPrivateKey({ key: block, passphrase });
  } catch {
    throw new Error('has a private key that cannot be parsed; check the file and its passphrase.');
  }
}
