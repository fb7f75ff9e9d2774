import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import type * as Forge from 'node-forge';
import { CredentialFault } from './credential-fault.js';
import { installSentence, missingPackages, requirePackage } from './optional-package.js';
import type { SigningCertificate } from './signing-certificate.js';

const PACKAGE = 'node-forge';

/** Whether bytes are a PKCS#12 file rather than PEM: they begin as every ASN.1 sequence does. */
export function isPkcs12(bytes: Buffer): boolean {
  return bytes[0] === 0x30;
}

/**
 * Reads a certificate and its key from PKCS#12 (RFC 7292): `.pfx` and `.p12` files, and what Key Vault exports.
 * Node.js opens such files for TLS alone and hands no key out, so it is done with `node-forge`.
 * @throws CredentialFault
 */
export function certificateFromPkcs12(bytes: Buffer, password: string | undefined): SigningCertificate {
  const missing = missingPackages([PACKAGE]);
  if (missing.length > 0) throw new CredentialFault(`is PKCS#12 and ${installSentence(missing)}`);
  const forge = requirePackage<typeof Forge>(PACKAGE);
  const bags = openBags(forge, bytes, password);
  const privateKey = privateKeyIn(forge, bags);
  if (!privateKey) throw new CredentialFault('is PKCS#12 without a private key; export it with its key.');
  const certificates = certificatesIn(forge, bags);
  const certificate =
    certificates.find((candidate) => candidate.checkPrivateKey(privateKey)) ?? certificates[0];
  if (!certificate) throw new CredentialFault('is PKCS#12 without a certificate; export it again.');
  return { certificate, privateKey, chain: chainOf(certificate, certificates) };
}

function openBags(forge: typeof Forge, bytes: Buffer, password: string | undefined): Forge.pkcs12.Bag[] {
  // No password is written in two ways: as an empty one, and as none at all.
  for (const candidate of password === undefined ? ['', undefined] : [password]) {
    try {
      const asn1 = forge.asn1.fromDer(forge.util.createBuffer(bytes.toString('binary')));
      return forge.pkcs12
        .pkcs12FromAsn1(asn1, false, candidate)
        .safeContents.flatMap((safe) => safe.safeBags);
    } catch {
      // The next way; what the parser says may quote what it was given.
    }
  }
  throw new CredentialFault('is PKCS#12 that cannot be opened; check the file and certificatePassword.');
}

function privateKeyIn(forge: typeof Forge, bags: readonly Forge.pkcs12.Bag[]): KeyObject | undefined {
  const { pkcs8ShroudedKeyBag, keyBag } = forge.pki.oids;
  const bag = bags.find(({ type }) => type === pkcs8ShroudedKeyBag || type === keyBag);
  if (!bag) return undefined;
  try {
    return bag.key
      ? createPrivateKey(forge.pki.privateKeyToPem(bag.key as Forge.pki.rsa.PrivateKey))
      : createPrivateKey({ key: der(forge, bag.asn1), format: 'der', type: 'pkcs8' });
  } catch {
    throw new CredentialFault('has a private key that cannot be parsed; check the file and its passphrase.');
  }
}

function certificatesIn(forge: typeof Forge, bags: readonly Forge.pkcs12.Bag[]): X509Certificate[] {
  const { certBag } = forge.pki.oids;
  try {
    return bags
      .filter(({ type }) => type === certBag)
      .map(
        ({ cert, asn1 }) => new X509Certificate(der(forge, cert ? forge.pki.certificateToAsn1(cert) : asn1)),
      );
  } catch {
    throw new CredentialFault('holds a certificate that cannot be parsed; export it again.');
  }
}

/** The issuers of a certificate, one after the other, as far as they are there. */
function chainOf(certificate: X509Certificate, all: readonly X509Certificate[]): X509Certificate[] {
  const rest = all.filter((one) => one !== certificate);
  const chain: X509Certificate[] = [];
  for (let last = certificate; ;) {
    const issuer = rest.find((one) => !chain.includes(one) && last.checkIssued(one));
    if (!issuer) return chain;
    chain.push(issuer);
    last = issuer;
  }
}

function der(forge: typeof Forge, asn1: Forge.asn1.Asn1): Buffer {
  return Buffer.from(forge.asn1.toDer(asn1).getBytes(), 'binary');
}
