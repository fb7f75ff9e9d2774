import type { Authority } from './authority.js';
import type { ClientCredential } from './client-credential.js';
import type { ResolvedDownstreamApi } from './downstream-api-options.js';
import type { EntraAuthOptions, NetworkOptions } from './entra-auth-options.js';
import type { ResolvedTokenCacheOptions } from './token-cache-options.js';

/** The options as the library uses them: checked, completed, frozen. */
export interface ResolvedOptions {
  readonly authority: Authority;
  /** Lower-case GUID. */
  readonly clientId: string;
  readonly audiences: readonly string[];
  /** Tenants that may call, lower-case GUIDs; `'any'`; `undefined` = the authority's own tenant alone. */
  readonly allowedTenants: ReadonlySet<string> | 'any' | undefined;
  /** Lower-case client ids; `null` = every client. */
  readonly allowedClientApplications: ReadonlySet<string> | null;
  readonly allowWebApiToBeAuthorizedByACL: boolean;
  readonly clockSkewSeconds: number;
  /** A function, so that no log of the options shows a secret. */
  readonly clientCredentials: () => readonly ClientCredential[];
  readonly sendX5C: boolean;
  /** What is exchanged for each caller; `.default` already spelled out. */
  readonly scopes: readonly string[];
  readonly onTokenValidated: EntraAuthOptions['onTokenValidated'];
  /** By name; a name that is not in it is no API. */
  readonly downstreamApis: ReadonlyMap<string, ResolvedDownstreamApi>;
  readonly clientCapabilities: readonly string[];
  readonly tokenCache: ResolvedTokenCacheOptions;
  readonly network: Readonly<Required<NetworkOptions>>;
  readonly showErrorDetails: boolean;
  readonly unguardedEntryPoints: 'error' | 'warn';
  /** `null` = no header. */
  readonly cacheControl: string | null;
}
