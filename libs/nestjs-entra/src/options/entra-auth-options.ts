import type { AccessTokenClaims } from '../caller/access-token-claims.js';
import type { EntraUser } from '../caller/entra-user.js';
import type { ClientCredential } from './client-credential.js';
import type { DownstreamApiOptions } from './downstream-api-options.js';
import type { TokenCacheOptions } from './token-cache-options.js';

/** What `onTokenValidated` is told. */
export interface TokenValidatedContext {
  readonly user: EntraUser;
  readonly claims: AccessTokenClaims;
  /** The framework's request object. */
  readonly request: unknown;
}

/** How the identity platform is called. */
export interface NetworkOptions {
  /** Deadline of one call in milliseconds, its retries included, 1 000 to 120 000. Default 10 000. */
  timeoutMs?: number;
  /** How often a call is repeated after a 5xx, a reset or a timeout, 0 to 5. Default 1. */
  retries?: number;
  /** Replaces the global `fetch`, for proxies and private certificate authorities. Default: the global `fetch`. */
  fetch?: typeof globalThis.fetch;
}

/** What an application tells {@link AuthModule}. Read once at boot, checked whole, frozen. */
export interface EntraAuthOptions {
  /**
   * Login host, an absolute https URL: of the cloud, of an External ID tenant (`https://{name}.ciamlogin.com`) or
   * of an Azure AD B2C tenant (`https://{name}.b2clogin.com`, or `.cn`). Default `https://login.microsoftonline.com`.
   */
  instance?: string;
  /** Tenant of the API: GUID, verified domain, `organizations` or `common`. */
  tenantId: string;
  /**
   * User flow or custom policy whose tokens are accepted, such as `B2C_1_signup_signin`: letters, digits, `_` and
   * `-`. Required with an Azure AD B2C `instance`, refused with any other. Default none.
   */
  signUpSignInPolicyId?: string;
  /** Application (client) id of the API, a GUID. */
  clientId: string;
  /** Accepted `aud`, one or several. Default: `clientId` and `api://{clientId}`. */
  audience?: string | readonly string[];
  /**
   * Tenants whose users and applications may call, as GUIDs, or `'any'`. Required when `tenantId` is `organizations` or
   * `common`. Default: the API's own tenant.
   */
  allowedTenants?: readonly string[] | 'any';
  /** Accepted client applications (`azp`, in v1.0 tokens of Entra ID `appid`), as GUIDs; `null` accepts every client. Default `null`. */
  allowedClientApplications?: readonly string[] | null;
  /** Accept a token with neither `scp` nor `roles`; the API then authorizes by an access list of its own. Default `false`. */
  allowWebApiToBeAuthorizedByACL?: boolean;
  /** Tolerated difference between clocks in seconds, 0 to 300. Default 60. */
  clockSkewSeconds?: number;
  /**
   * How the API proves itself when it calls downstream APIs: an ordered list, the first that loads wins. Refused
   * with Azure AD B2C, which has no on-behalf-of flow. Default `[]`.
   */
  clientCredentials?: readonly ClientCredential[];
  /**
   * Send the certificate and its chain with each assertion it signs (`x5c`), for registrations that trust a subject
   * name and issuer. Default `false`.
   */
  sendX5C?: boolean;
  /** What `JwtStrategy.validate()` exchanges for each caller: scopes, or `'.default'` for `{aud}/.default` of each audience. Default none. */
  scopes?: string | readonly string[];
  /** Runs after a token was validated, on every request; what it throws rejects the request. Default none. */
  onTokenValidated?: (context: TokenValidatedContext) => void | Promise<void>;
  /** Downstream APIs by name, for `DownstreamApiService`, `@InjectDownstreamApi()` and `@DownstreamApis()`. Default `{}`. */
  downstreamApis?: Readonly<Record<string, DownstreamApiOptions>>;
  /** Client capabilities declared to the identity platform; `cp1` says that the API handles claims challenges. Default `['cp1']`. */
  clientCapabilities?: readonly string[];
  /** How downstream tokens are kept in memory. Default: the defaults of its fields. */
  tokenCache?: TokenCacheOptions;
  /** How the identity platform is called, for signing keys and for tokens. Default: the defaults of its fields. */
  network?: NetworkOptions;
  /**
   * Put the precise reason of a rejection into the response. Only when NODE_ENV, trimmed and in lower case, is unset,
   * `development` or `test`. Default `false`.
   */
  showErrorDetails?: boolean;
  /**
   * What happens at startup when the application has entry points that the global guard does not cover and that have
   * neither `@UseGuards(JwtAuthGuard)` nor `@Public()`: message handlers, WebSocket gateways, and transports of the Model
   * Context Protocol that mount a route of their own. `'error'` stops the boot, `'warn'` logs one line for each. Has no
   * effect with `globalGuard: false`. Default `'error'`.
   */
  unguardedEntryPoints?: 'error' | 'warn';
  /**
   * `Cache-Control` of responses to accepted callers that set none themselves; `Vary: Authorization` comes with it.
   * `null` sets neither. Default `'private, no-cache'`.
   */
  cacheControl?: string | null;
}
