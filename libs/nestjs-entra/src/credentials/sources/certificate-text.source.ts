import type { Base64EncodedCredential, CertificateCredential } from '../../options/client-credential.js';
import { CertificateAssertions } from '../certificate-assertions.js';
import { certificateFromBytes } from '../certificate-from-bytes.js';
import type { ClientCredentialSource } from '../client-credential-source.js';
import { CredentialFault } from '../credential-fault.js';
import type { LoadedCredential } from '../loaded-credential.js';
import { certificateFromPem, type SigningCertificate } from '../signing-certificate.js';

/** A certificate and its key that stand in the configuration: PEM, or base64 of PKCS#12 or PEM. */
export class CertificateTextSource implements ClientCredentialSource {
  readonly sourceType: (CertificateCredential | Base64EncodedCredential)['sourceType'];
  readonly #read: () => SigningCertificate;

  constructor(
    credential: CertificateCredential | Base64EncodedCredential,
    private readonly options: { readonly sendX5C: boolean },
  ) {
    this.sourceType = credential.sourceType;
    this.#read = () =>
      credential.sourceType === 'Certificate'
        ? certificateFromPem({ certificate: credential.certificate, privateKey: credential.privateKey })
        : certificateFromBytes(decoded(credential.base64EncodedValue), credential.certificatePassword);
  }

  async load(): Promise<LoadedCredential> {
    return new CertificateAssertions(this.#read(), this.options);
  }
}

function decoded(value: string): Buffer {
  const compact = value.replaceAll(/\s/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) {
    throw new CredentialFault('has a base64EncodedValue that is not base64; encode the file again.');
  }
  return Buffer.from(compact, 'base64');
}
