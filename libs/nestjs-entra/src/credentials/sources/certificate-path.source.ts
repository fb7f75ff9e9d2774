import type { CertificatePathCredential } from '../../options/client-credential.js';
import { CertificateAssertions } from '../certificate-assertions.js';
import { certificateFromBytes } from '../certificate-from-bytes.js';
import type { ClientCredentialSource } from '../client-credential-source.js';
import { FileVersions } from '../file-versions.js';
import type { LoadedCredential } from '../loaded-credential.js';
import { certificateFromPem } from '../signing-certificate.js';

/** A certificate and its key in files, read again when a file changes. */
export class CertificatePathSource implements ClientCredentialSource {
  readonly sourceType = 'Path';
  readonly #files: FileVersions;
  readonly #password: string | undefined;

  constructor(
    { certificateDiskPath, privateKeyDiskPath, certificatePassword }: CertificatePathCredential,
    private readonly options: { readonly sendX5C: boolean },
  ) {
    this.#files = new FileVersions([
      certificateDiskPath,
      ...(privateKeyDiskPath === undefined ? [] : [privateKeyDiskPath]),
    ]);
    this.#password = certificatePassword;
  }

  async load(): Promise<LoadedCredential> {
    const [certificate = Buffer.alloc(0), key] = await this.#files.read();
    try {
      const signer = key
        ? certificateFromPem({
            certificate: certificate.toString('utf8'),
            privateKey: key.toString('utf8'),
            passphrase: this.#password,
          })
        : certificateFromBytes(certificate, this.#password);
      return new CertificateAssertions(signer, this.options);
    } catch (error) {
      this.#files.forget();
      throw error;
    }
  }

  hasChanged(): Promise<boolean> {
    return this.#files.hasChanged();
  }
}
