import type { ClientSecretCredential } from '../../options/client-credential.js';
import type { ClientCredentialSource } from '../client-credential-source.js';
import type { ClientAuthentication, LoadedCredential } from '../loaded-credential.js';

/** A client secret: it is there at once and stays the same. */
export class ClientSecretSource implements ClientCredentialSource {
  readonly sourceType = 'ClientSecret';
  readonly #loaded: LoadedCredential;

  constructor({ clientSecret }: ClientSecretCredential) {
    const authentication: ClientAuthentication = Object.freeze({ clientSecret });
    this.#loaded = { id: 'secret', authenticate: async () => authentication };
  }

  async load(): Promise<LoadedCredential> {
    return this.#loaded;
  }
}
