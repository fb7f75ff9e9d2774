import type { SignedAssertionFileCredential } from '../../options/client-credential.js';
import { environmentVariable } from '../../options/environment-options.js';
import type { ClientCredentialSource } from '../client-credential-source.js';
import { CredentialFault } from '../credential-fault.js';
import { FileVersions } from '../file-versions.js';
import type { LoadedCredential } from '../loaded-credential.js';
import { assertionTimes, SignedAssertion } from '../signed-assertion.js';

/** A signed assertion in a file: what Kubernetes projects for workload identity, and renews. */
export class SignedAssertionFileSource implements ClientCredentialSource {
  readonly sourceType = 'SignedAssertionFilePath';
  readonly #path: string;
  readonly #file: FileVersions;

  constructor({ signedAssertionFileDiskPath }: SignedAssertionFileCredential) {
    this.#path = signedAssertionFileDiskPath ?? environmentVariable('AZURE_FEDERATED_TOKEN_FILE') ?? '';
    this.#file = new FileVersions([this.#path]);
  }

  async load(): Promise<LoadedCredential> {
    const [bytes] = await this.#file.read();
    const assertion = bytes?.toString('utf8').trim() ?? '';
    const times = assertionTimes(assertion);
    try {
      if (!times) {
        throw new CredentialFault(
          `found no signed assertion in ${this.#path}; it has to hold a JWT with an exp, and nothing else.`,
        );
      }
      return new SignedAssertion(assertion, times);
    } catch (error) {
      this.#file.forget();
      throw error;
    }
  }

  hasChanged(): Promise<boolean> {
    return this.#file.hasChanged();
  }
}
