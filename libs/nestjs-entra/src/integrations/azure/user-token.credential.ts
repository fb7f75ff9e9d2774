import { NoUserAssertionError } from '../../errors/acquisition.errors.js';
import { ConfigurationError } from '../../errors/configuration.error.js';
import { credentialTokenOptions, type CredentialToken, type GetTokenOptions } from './token-credential.js';
import { wallClockMs } from '../../network/wall-clock.js';

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
 * A `TokenCredential` of `@azure/core-auth` for the caller of the current request.
 *
 * Create it, and the client that uses it, while the request is served: Azure's clients keep tokens, so a client that
 * is shared between requests would mix up their callers. Everything else throws: creating it outside a request, and
 * using it, or a token it returned, anywhere but in a request of the same caller.
 *
 * @example
 * const blobs = new BlobServiceClient(url, new UserTokenCredential(this.tokens));
 */
export class UserTokenCredential {
  readonly #tokens: UserTokens;
  readonly #callerId: string;

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
  }

  /**
   * @param scopes scopes of one resource
   * @throws ConfigurationError in the request of another caller
   * @throws NoUserAssertionError outside a request, on a public route, and after the response was sent
   * @throws as `getTokenForUser()` of `TokenAcquisitionService` does
   */
  async getToken(scopes: string | string[], options?: GetTokenOptions): Promise<CredentialToken> {
    this.checkCaller();
    const { claims, ...rest } = credentialTokenOptions(options);
    const { accessToken } = await this.#tokens.getTokenForUser(scopes, rest);
    // Azure's clients ask with claims only after a challenge, which rejected the known token.
    const token =
      claims === undefined
        ? accessToken
        : await this.#tokens.replaceToken(accessToken, scopes, { ...rest, as: 'user', claims });
    return new BoundToken(token, () => this.checkCaller());
  }

  private checkCaller(): void {
    const { callerId } = this.#tokens;
    if (callerId === this.#callerId) return;
    if (callerId === undefined) {
      throw new NoUserAssertionError(
        'A UserTokenCredential was used where no user calls; use it, and the client that gets it, only in the request they were made for.',
      );
    }
    throw new ConfigurationError(
      'A UserTokenCredential was used in the request of another caller; make it, and the client that gets it, anew for each request.',
    );
  }
}

/**
 * A token that only its own caller can read.
 *
 * Azure's clients write the `Authorization` header in the request that they serve, but take the token from whichever
 * `getToken()` call is in flight: a shared client hands the token of one caller to the call of another without asking
 * for it. So the token is checked when it is read. It is a getter of the class: a copy of the object has no token.
 */
class BoundToken implements CredentialToken {
  /** Already due: a client that keeps tokens until they expire asks for every request, and gets them from memory. */
  readonly expiresOnTimestamp = wallClockMs();
  readonly #token: string;
  readonly #checkCaller: () => void;

  constructor(token: string, checkCaller: () => void) {
    this.#token = token;
    this.#checkCaller = checkCaller;
  }

  /** @throws ConfigurationError, NoUserAssertionError when read for anybody but its caller */
  get token(): string {
    this.#checkCaller();
    return this.#token;
  }
}
