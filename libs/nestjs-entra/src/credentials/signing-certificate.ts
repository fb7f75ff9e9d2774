import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { CredentialFault } from './credential-fault.js';
import { wallClockMs } from '../network/wall-clock.js';
import { pemBlocks } from './pem-blocks.js';

/** A certificate whose private key is at hand. */
export interface SigningCertificate {
  readonly certificate: X509Certificate;
  readonly privateKey: KeyObject;
  /** The certificates that follow it up to its authority, as far as they were given. */
  readonly chain: readonly X509Certificate[];
}

/** PEM of a certificate and of its private key. */
export interface CertificatePem {
  /** The certificate first, its chain after it. */
  readonly certificate: string;
  readonly privateKey: string;
  /** Of an encrypted private key. */
  readonly passphrase?: string;
}

/** Reads a certificate and its key from PEM. @throws CredentialFault in a sentence without the key */
export function certificateFromPem(pem: CertificatePem): SigningCertificate {
  const [certificate, ...chain] = parseCertificates(pem.certificate);
  const privateKey = parsePrivateKey(pem);
  if (!certificate) {
    throw new CredentialFault('holds no PEM certificate; it has to begin with -----BEGIN CERTIFICATE-----.');
  }
  return { certificate, privateKey, chain };
}

/**
 * Whether a certificate can sign client assertions now (Microsoft identity platform, "Certificate credentials").
 * @throws CredentialFault when it is expired, or the key is not its own
 */
export function checkSigningCertificate(
  { certificate, privateKey }: SigningCertificate,
  now = wallClockMs(),
): void {
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new CredentialFault(
      'has a private key that is not the key of its certificate; give the key that belongs to it.',
    );
  }
  if (privateKey.asymmetricKeyType !== 'rsa') {
    throw new CredentialFault(`has a key of type ${privateKey.asymmetricKeyType}; Entra accepts RSA keys.`);
  }
  if (now < Date.parse(certificate.validFrom)) {
    throw new CredentialFault(
      `is not valid before ${certificate.validFrom}; compare the clocks, or use the one before it.`,
    );
  }
  if (now > Date.parse(certificate.validTo)) {
    throw new CredentialFault(
      `expired on ${certificate.validTo}; renew the certificate and register it with the application.`,
    );
  }
}

function parseCertificates(pem: string): X509Certificate[] {
  const blocks = pemBlocks(pem).filter(({ label }) => label === 'CERTIFICATE');
  try {
    return blocks.map(({ text }) => new X509Certificate(text));
  } catch {
    // The parser's own message tells nothing more, and may quote the text.
    throw new CredentialFault('holds a PEM certificate that cannot be parsed; export it again.');
  }
}

function parsePrivateKey({ privateKey: pem, passphrase }: CertificatePem): KeyObject {
  const block = pemBlocks(pem).find(({ label }) => label.endsWith('PRIVATE KEY'))?.text;
  if (!block) {
    throw new CredentialFault(
      'is without its private key; give the PEM of the key as well, in a file of its own or beside the certificate.',
    );
  }
  try {
    return createPrivateKey({ key: block, passphrase });
  } catch {
    throw new CredentialFault('has a private key that cannot be parsed; check the file and its passphrase.');
  }
}
