import {
  ConfidentialClientApplication,
  type AuthenticationResult,
  type NodeAuthOptions,
} from '@azure/msal-node';
import { LRUCache } from 'lru-cache';
import type { ConfidentialClientCredential } from '../credentials/confidential-client-credential.js';
import { ClientCredentialError, IdentityPlatformUnavailableError } from '../errors/acquisition.errors.js';
import { EntraAuthError } from '../errors/entra-auth.error.js';
import type { Authority } from '../options/authority.js';
import type { ResolvedOptions } from '../options/resolved-options.js';
import { adminConsentUri, consentUri } from './consent-uri.js';
import { IdentityPlatformClient } from './identity-platform.client.js';
import { MsalNetwork, TokenEndpointFailure, TokenEndpointRefusal } from './msal-network.js';
import { toAcquisitionError } from './platform-error-mapping.js';
import type {
  AppTokenRequest,
  ExchangedToken,
  TokenExchange,
  TokenExchangeEngine,
} from './token-exchange-engine.js';

/** Clients are cheap to make again; this many tenants keep theirs, with its signed client assertion. */
const MAX_CLIENTS = 500;

/** What a call of msal-node is about, for its errors. */
interface Acquisition {
  readonly tenantId: string;
  readonly scopes: readonly string[];
  readonly isAppOnly: boolean;
}

/**
 * The exchange by `@azure/msal-node`, used as a protocol engine without memory: its cache is skipped on
 * the way in and cleared on the way out, for it is searched linearly, ignores the tenant, and lets two
 * sessions of one user evict each other.
 */
export class MsalEngine implements TokenExchangeEngine {
  readonly #clients = new LRUCache<string, ConfidentialClientApplication>({ max: MAX_CLIENTS });
  readonly #network: MsalNetwork;
  // Private to the language: no log of what holds the engine shows a secret or a key.
  readonly #credential: ConfidentialClientCredential | undefined;

  constructor(
    private readonly options: ResolvedOptions,
    credential: ConfidentialClientCredential | undefined,
  ) {
    this.#credential = credential;
    this.#network = new MsalNetwork(new IdentityPlatformClient(options.network));
  }

  async exchange(request: TokenExchange): Promise<ExchangedToken> {
    const { assertion, scopes, correlationId, claims } = request;
    return this.withClient({ tenantId: request.tenantId, scopes, isAppOnly: false }, (client) =>
      client.acquireTokenOnBehalfOf({
        oboAssertion: assertion.reveal(),
        scopes: [...scopes],
        correlationId,
        claims,
        skipCache: true,
      }),
    );
  }

  async acquireForApp({ tenantId, scope, correlationId, claims }: AppTokenRequest): Promise<ExchangedToken> {
    return this.withClient({ tenantId, scopes: [scope], isAppOnly: true }, (client) =>
      client.acquireTokenByClientCredential({ scopes: [scope], correlationId, claims, skipCache: true }),
    );
  }

  private async withClient(
    about: Acquisition,
    acquire: (client: ConfidentialClientApplication) => Promise<AuthenticationResult | null>,
  ): Promise<ExchangedToken> {
    const client = this.client(about.tenantId);
    try {
      return exchanged(await acquire(client));
    } catch (error) {
      throw this.typed(error, about);
    } finally {
      client.clearCache();
    }
  }

  /** The client of one tenant: the exchange goes to the caller's own tenant, never to `common`. */
  private client(tenantId: string): ConfidentialClientApplication {
    const known = this.#clients.get(tenantId);
    if (known) return known;
    if (!this.#credential) {
      throw new ClientCredentialError(
        'clientCredentials is empty, and without a credential no token can be acquired',
      );
    }
    const client = new ConfidentialClientApplication({
      auth: {
        clientId: this.options.clientId,
        clientCapabilities: [...this.options.clientCapabilities],
        ...authoritySettings(this.options.authority, tenantId),
        ...this.#credential,
      },
      system: { networkClient: this.#network },
    });
    this.#clients.set(tenantId, client);
    return client;
  }

  private typed(error: unknown, { tenantId, scopes, isAppOnly }: Acquisition): EntraAuthError {
    if (error instanceof EntraAuthError) return error;
    if (error instanceof TokenEndpointFailure) return error.error;
    if (error instanceof TokenEndpointRefusal) {
      const { authority, clientId } = this.options;
      const missing = { clientId, tenantId, scopes };
      return toAcquisitionError(error.answer, {
        scopes,
        isAppOnly,
        consentUri: consentUri(authority, missing),
        adminConsentUri: adminConsentUri(authority, missing),
      });
    }
    return new IdentityPlatformUnavailableError('The exchange failed inside msal-node', { cause: error });
  }
}

/** Everything msal-node would otherwise ask the network for: it starts no discovery of its own. */
function authoritySettings(authority: Authority, tenantId: string): Partial<NodeAuthOptions> {
  return {
    authority: `${authority.instance}/${tenantId}`,
    knownAuthorities: [new URL(authority.instance).host],
    authorityMetadata: JSON.stringify({
      issuer: authority.v2Issuer(tenantId),
      authorization_endpoint: `${authority.instance}/${tenantId}/oauth2/v2.0/authorize`,
      token_endpoint: authority.tokenUrl(tenantId),
      end_session_endpoint: `${authority.instance}/${tenantId}/oauth2/v2.0/logout`,
      jwks_uri: `${authority.instance}/${tenantId}/discovery/v2.0/keys`,
    }),
  };
}

function exchanged(result: AuthenticationResult | null): ExchangedToken {
  if (!result?.accessToken || !result.expiresOn) {
    throw new IdentityPlatformUnavailableError('The exchange gave no token');
  }
  return {
    accessToken: result.accessToken,
    expiresAt: result.expiresOn.getTime(),
    ...(result.refreshOn && { refreshAt: result.refreshOn.getTime() }),
    scopes: result.scopes,
  };
}
