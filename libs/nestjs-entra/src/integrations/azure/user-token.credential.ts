import { AsyncResource } from 'node:async_hooks';
import { NoUserAssertionError } from '../../errors/acquisition.errors.js';
import { ConfigurationError } from '../../errors/configuration.error.js';
import { credentialTokenOptions, type CredentialToken, type GetTokenOptions } from './token-credential.js';

/** What it needs of `TokenAcquisitionService`. */
export interface UserTokens {
  readonly callerId: string | undefined;
  getTokenForUser(
    scopes: string | readonly string[],
    options: { tenantId?: string; signal?: AbortSignal },
  ): Promise<{ readonly accessToken: string }>;
  replaceToken(
    refused: string,
    scopes: string | readonly string[],
    options: { as: 'user'; claims: string; tenantId?: string; signal?: AbortSignal },
  ): Promise<string>;
}

/**
 * Azure's clients keep a token until shortly before it expires and put it on whatever request comes. Told that it is
 * over within a second, they ask for every request; the answer comes from the memory of this library.
 */
const KEPT_BY_CLIENT_MS = 500;

/**
 * A `TokenCredential` of `@azure/core-auth` for the caller of the current request.
 *
 * Make it, and the client that gets it, while the request is served: Azure's clients keep tokens, so a client that
 * serves several users would mix them up. Made outside a request it throws, and so it does when it is used in the
 * request of another caller.
 *
 * @example
 * const blobs = new BlobServiceClient(url, new UserTokenCredential(this.tokens));
 */
export class UserTokenCredential {
  readonly #tokens: UserTokens;
  readonly #callerId: string;
  readonly #inItsRequest: <T>(work: () => T) => T;

  /**
   * @param tokens the `TokenAcquisitionService`
   * @throws NoUserAssertionError outside a request
   */
  constructor(tokens: UserTokens) {
    const { callerId } = tokens;
    if (callerId === undefined) {
      throw new NoUserAssertionError(
        'A UserTokenCredential was made where no user calls; make it, and the client that gets it, while a protected request is served.',
      );
    }
    this.#tokens = tokens;
    this.#callerId = callerId;
    this.#inItsRequest = AsyncResource.bind(<T>(work: () => T) => work());
  }

  /**
   * @param scopes scopes of one resource
   * @throws ConfigurationError in the request of another caller
   * @throws as `getTokenForUser()` of `TokenAcquisitionService` does
   */
  async getToken(scopes: string | string[], options: GetTokenOptions = {}): Promise<CredentialToken> {
    const { callerId } = this.#tokens;
    if (callerId !== undefined && callerId !== this.#callerId) {
      throw new ConfigurationError(
        'A UserTokenCredential was used in the request of another caller; make it, and the client that gets it, anew for each request.',
      );
    }
    const token = await this.#inItsRequest(() => this.acquire(scopes, options));
    return { token, expiresOnTimestamp: Date.now() + KEPT_BY_CLIENT_MS };
  }

  private async acquire(scopes: string | string[], options: GetTokenOptions): Promise<string> {
    const { claims, ...rest } = credentialTokenOptions(options);
    const { accessToken } = await this.#tokens.getTokenForUser(scopes, rest);
    // Azure's clients ask with claims after a challenge alone, which refused the token that is known.
    return claims === undefined
      ? accessToken
      : this.#tokens.replaceToken(accessToken, scopes, { ...rest, as: 'user', claims });
  }
}
