import {
  AuthError,
  type INetworkModule,
  type NetworkRequestOptions,
  type NetworkResponse,
} from '@azure/msal-node';
import {
  IdentityPlatformUnavailableError,
  type TokenAcquisitionError,
} from '../errors/acquisition.errors.js';
import type { IdentityPlatformClient, PlatformAnswer } from '../network/identity-platform.client.js';
import { readOAuthError, type OAuthError } from './oauth-error.js';
import { tokenAnswerFault } from './token-answer.js';

/** Carries what the token endpoint refused through msal-node. */
export class TokenEndpointRefusal extends AuthError {
  constructor(readonly answer: OAuthError) {
    super(answer.error, answer.details.correlationId ?? '', 'The token endpoint answered with an error');
    // AuthError sets its own prototype on every instance, and a subclass would not be known again.
    Object.setPrototypeOf(this, new.target.prototype);
  }
}

/** Carries that the token endpoint gave nothing usable through msal-node. */
export class TokenEndpointFailure extends AuthError {
  constructor(readonly error: TokenAcquisitionError) {
    super(error.code, '', 'The token endpoint could not be used');
    Object.setPrototypeOf(this, new.target.prototype);
  }
}

/**
 * msal-node's way to the network.
 *
 * It throws subclasses of msal-node's own `AuthError`, which msal-node hands on untouched. Left to itself
 * msal-node loses status, `Retry-After` and claims, takes an empty token for a success, and answers one
 * user's 503 to everybody for a minute.
 */
export class MsalNetwork implements INetworkModule {
  constructor(private readonly client: IdentityPlatformClient) {}

  async sendGetRequestAsync<T>(url: string, options?: NetworkRequestOptions): Promise<NetworkResponse<T>> {
    return asMsalAnswer<T>(await this.send({ url, method: 'GET', headers: options?.headers }));
  }

  async sendPostRequestAsync<T>(url: string, options?: NetworkRequestOptions): Promise<NetworkResponse<T>> {
    const answer = await this.send({ url, method: 'POST', headers: options?.headers, body: options?.body });
    if (answer.status !== 200) {
      const refused = readOAuthError(answer);
      if (refused) throw new TokenEndpointRefusal(refused);
      throw unusable(`answered with status ${answer.status} and no OAuth error`, answer);
    }
    const fault = tokenAnswerFault(answer.json);
    if (fault) throw unusable(`gave an answer that ${fault}`, answer);
    return asMsalAnswer<T>(answer);
  }

  private async send(request: Parameters<IdentityPlatformClient['send']>[0]): Promise<PlatformAnswer> {
    try {
      return await this.client.send(request);
    } catch (error) {
      if (error instanceof IdentityPlatformUnavailableError) throw new TokenEndpointFailure(error);
      throw error;
    }
  }
}

function unusable(what: string, { status }: PlatformAnswer): TokenEndpointFailure {
  return new TokenEndpointFailure(
    new IdentityPlatformUnavailableError(`The token endpoint ${what}`, { platform: { status } }),
  );
}

function asMsalAnswer<T>(answer: PlatformAnswer): NetworkResponse<T> {
  return { status: answer.status, headers: { ...answer.headers }, body: answer.json as T };
}
