import {
  ConfidentialClientApplication,
  type AuthenticationResult,
  type NodeAuthOptions,
} from '@azure/msal-node';
import { LRUCache } from 'lru-cache';
import type { CredentialChain } from '../credentials/credential-chain.js';
import type { ClientAuthentication, LoadedCredential } from '../credentials/loaded-credential.js';
import { IdentityPlatformUnavailableError } from '../errors/acquisition.errors.js';
import type { Authority } from '../options/authority.js';
import type { ResolvedOptions } from '../options/resolved-options.js';
import { credentialRefusal, exchangeFailure, type Acquisition } from './exchange-failure.js';
import { IdentityPlatformClient } from '../network/identity-platform.client.js';
import { MsalNetwork } from './msal-network.js';
import { UNSET_IN_REQUEST } from './msal-request.js';
import type {
  AppTokenRequest,
  ExchangedToken,
  TokenExchange,
  TokenExchangeEngine,
} from './token-exchange-engine.js';

/** Clients are cheap to make again; this many tenants keep theirs, for each credential. */
const MAX_CLIENTS = 500;

/** The clients of one credential, by tenant. */
type Clients = LRUCache<string, ConfidentialClientApplication>;

/**
 * The exchange by `@azure/msal-node`, used as a protocol engine without memory: its cache is skipped on
 * the way in and cleared on the way out, for it is searched linearly, ignores the tenant, and lets two
 * sessions of one user evict each other.
 */
export class MsalEngine implements TokenExchangeEngine {
  readonly #clients = new WeakMap<LoadedCredential, Clients>();
  readonly #network: MsalNetwork;

  constructor(
    private readonly options: ResolvedOptions,
    private readonly credentials: CredentialChain,
  ) {
    this.#network = new MsalNetwork(new IdentityPlatformClient(options.network));
  }

  async exchange(request: TokenExchange): Promise<ExchangedToken> {
    const { assertion, scopes, correlationId, claims } = request;
    return this.withClient({ tenantId: request.tenantId, scopes, isAppOnly: false }, (client) =>
      client.acquireTokenOnBehalfOf({
        ...UNSET_IN_REQUEST,
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
      client.acquireTokenByClientCredential({
        ...UNSET_IN_REQUEST,
        scopes: [scope],
        correlationId,
        claims,
        skipCache: true,
      }),
    );
  }

  private async withClient(
    about: Acquisition,
    acquire: (client: ConfidentialClientApplication) => Promise<AuthenticationResult | null>,
  ): Promise<ExchangedToken> {
    const { authority, clientId } = this.options;
    try {
      return await this.credentials.use({
        target: { clientId, tokenEndpoint: authority.tokenUrl(about.tenantId) },
        attempt: async (credential, authentication) => {
          const client = this.client(about.tenantId, credential, authentication);
          try {
            return exchanged(await acquire(client));
          } finally {
            client.clearCache();
          }
        },
        refusal: credentialRefusal,
      });
    } catch (error) {
      throw exchangeFailure(error, about, this.options);
    }
  }

  /** The client of one tenant: the exchange goes to the caller's own tenant, never to `common`. */
  private client(
    tenantId: string,
    credential: LoadedCredential,
    authentication: ClientAuthentication,
  ): ConfidentialClientApplication {
    const clients = this.#clients.get(credential) ?? new LRUCache({ max: MAX_CLIENTS });
    this.#clients.set(credential, clients);
    const known = clients.get(tenantId);
    if (known) return known;
    const { authority, clientId, clientCapabilities } = this.options;
    const target = { clientId, tokenEndpoint: authority.tokenUrl(tenantId) };
    const client = new ConfidentialClientApplication({
      auth: {
        clientId,
        clientCapabilities: [...clientCapabilities],
        ...authoritySettings(authority, tenantId),
        ...('clientSecret' in authentication
          ? authentication
          : { clientAssertion: async () => assertionOf(await credential.authenticate(target)) }),
      },
      system: { networkClient: this.#network },
    });
    clients.set(tenantId, client);
    return client;
  }
}

function assertionOf(authentication: ClientAuthentication): string {
  return 'clientAssertion' in authentication ? authentication.clientAssertion : '';
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
