import type { CredentialChain } from '../credentials/credential-chain.js';
import type { ClientAuthentication } from '../credentials/loaded-credential.js';
import type { ResolvedOptions } from '../options/resolved-options.js';
import { credentialRefusal, exchangeFailure } from './exchange-failure.js';
import { IdentityPlatformClient } from '../network/identity-platform.client.js';
import { MsalNetwork } from './msal-network.js';
import { isSamlBearerType } from './saml-assertion.js';
import type {
  AppTokenRequest,
  ExchangedToken,
  TokenExchange,
  TokenExchangeEngine,
} from './token-exchange-engine.js';
import { wallClockMs } from '../network/wall-clock.js';

const CLIENT_ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** A success of the token endpoint; the network has checked it. */
interface TokenAnswer {
  readonly access_token: string;
  readonly expires_in: number | string;
  readonly refresh_in?: number | string;
  readonly scope?: string;
}

/**
 * The exchange of SAML assertions (RFC 7522 section 2.1, with the members of Microsoft's on-behalf-of flow). Its
 * request is made here, for msal-node knows the grant of JSON Web Tokens alone; that one and all else goes on to it.
 */
export class SamlBearerEngine implements TokenExchangeEngine {
  readonly #network: MsalNetwork;

  constructor(
    private readonly options: ResolvedOptions,
    private readonly credentials: CredentialChain,
    private readonly others: TokenExchangeEngine,
  ) {
    this.#network = new MsalNetwork(new IdentityPlatformClient(options.network));
  }

  acquireForApp(request: AppTokenRequest): Promise<ExchangedToken> {
    return this.others.acquireForApp(request);
  }

  async exchange(request: TokenExchange): Promise<ExchangedToken> {
    if (!isSamlBearerType(request.assertionType)) return this.others.exchange(request);
    const { clientId, authority } = this.options;
    const { tenantId, scopes } = request;
    const tokenEndpoint = authority.tokenUrl(tenantId);
    try {
      return await this.credentials.use({
        target: { clientId, tokenEndpoint },
        attempt: (_credential, authentication) => this.post(tokenEndpoint, request, authentication),
        refusal: credentialRefusal,
      });
    } catch (error) {
      throw exchangeFailure(error, { tenantId, scopes, isAppOnly: false }, this.options);
    }
  }

  private async post(
    url: string,
    { assertion, assertionType = '', scopes, claims, correlationId }: TokenExchange,
    authentication: ClientAuthentication,
  ): Promise<ExchangedToken> {
    const form = {
      client_id: this.options.clientId,
      ...('clientSecret' in authentication
        ? { client_secret: authentication.clientSecret }
        : { client_assertion_type: CLIENT_ASSERTION_TYPE, client_assertion: authentication.clientAssertion }),
      grant_type: assertionType,
      requested_token_use: 'on_behalf_of',
      assertion: assertion.reveal(),
      scope: scopes.join(' '),
      ...claimsMember(claims, this.options.clientCapabilities),
      'client-request-id': correlationId,
    };
    const { body } = await this.#network.sendPostRequestAsync<TokenAnswer>(url, {
      headers: { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' },
      body: new URLSearchParams(form).toString(),
    });
    const now = wallClockMs();
    return {
      accessToken: body.access_token,
      expiresAt: now + Number(body.expires_in) * 1000,
      ...(Number(body.refresh_in) > 0 && { refreshAt: now + Number(body.refresh_in) * 1000 }),
      scopes: body.scope?.split(' ').filter((scope) => scope !== '') ?? scopes,
    };
  }
}

/** The claims request, with the capabilities of the client in it (Microsoft: "Claims challenges", client capabilities). */
function claimsMember(claims: string | undefined, capabilities: readonly string[]): { claims?: string } {
  if (claims === undefined && capabilities.length === 0) return {};
  const request = JSON.parse(claims ?? '{}') as { access_token?: object };
  const accessToken =
    capabilities.length === 0
      ? request.access_token
      : { ...request.access_token, xms_cc: { values: capabilities } };
  return { claims: JSON.stringify({ ...request, ...(accessToken && { access_token: accessToken }) }) };
}
