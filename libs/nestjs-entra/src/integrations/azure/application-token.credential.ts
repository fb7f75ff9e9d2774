import { credentialTokenOptions, type CredentialToken, type GetTokenOptions } from './token-credential.js';

/** What it needs of `TokenAcquisitionService`. */
export interface ApplicationTokens {
  getTokenForApp(
    scope: string,
    options: { tenantId?: string; signal?: AbortSignal },
  ): Promise<{ readonly accessToken: string; readonly expiresOn: Date }>;
  replaceToken(
    refused: string,
    scope: string,
    options: { as: 'app'; claims: string; tenantId?: string; signal?: AbortSignal },
  ): Promise<string>;
}

/**
 * A `TokenCredential` of `@azure/core-auth` for the application itself. One serves every client for as long as the
 * application runs.
 *
 * @example
 * const blobs = new BlobServiceClient(url, new ApplicationTokenCredential(tokens));
 */
export class ApplicationTokenCredential {
  readonly #tokens: ApplicationTokens;

  /** @param tokens the `TokenAcquisitionService` */
  constructor(tokens: ApplicationTokens) {
    this.#tokens = tokens;
  }

  /**
   * @param scopes one scope, which ends in `/.default`
   * @throws as `getTokenForApp()` of `TokenAcquisitionService` does
   */
  async getToken(scopes: string | string[], options?: GetTokenOptions): Promise<CredentialToken> {
    const scope = typeof scopes === 'string' ? scopes : scopes.join(' ');
    const { claims, ...rest } = credentialTokenOptions(options);
    const known = await this.#tokens.getTokenForApp(scope, rest);
    if (claims !== undefined) {
      // Azure's clients ask with claims only after a challenge, which rejected the known token.
      await this.#tokens.replaceToken(known.accessToken, scope, { ...rest, as: 'app', claims });
    }
    const { accessToken, expiresOn } =
      claims === undefined ? known : await this.#tokens.getTokenForApp(scope, rest);
    return { token: accessToken, expiresOnTimestamp: expiresOn.getTime() };
  }
}
