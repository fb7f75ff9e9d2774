import { ConfigurationError } from '../errors/configuration.error.js';
import { NETWORK_DEFAULTS } from '../network/attempt-time.js';
import { Authority } from './authority.js';
import { resolveDownstreamApis } from './downstream-apis.js';
import type { EntraAuthOptions } from './entra-auth-options.js';
import { optionFaults } from './option-faults.js';
import { ownOptions } from './own-options.js';
import type { ResolvedOptions } from './resolved-options.js';
import { resolveTokenCacheOptions } from './token-cache-options.js';

/**
 * Checks what was configured and completes it with the defaults.
 * @throws ConfigurationError with every fault at once
 */
export function resolveOptions(given: EntraAuthOptions): ResolvedOptions {
  const options = ownOptions(given);
  const faults = optionFaults(options);
  if (faults.length > 0) throw new ConfigurationError(faults);

  const clientId = options.clientId.toLowerCase();
  const clientCredentials = Object.freeze([...(options.clientCredentials ?? [])]);
  const audiences = list(options.audience ?? [clientId, `api://${clientId}`]);
  const lowerCaseSet = (values: readonly string[]) => new Set(values.map((value) => value.toLowerCase()));
  return Object.freeze({
    authority: new Authority(
      options.instance ?? 'https://login.microsoftonline.com',
      options.tenantId,
      options.signUpSignInPolicyId,
    ),
    clientId,
    audiences: Object.freeze([...audiences]),
    allowedTenants: Array.isArray(options.allowedTenants)
      ? lowerCaseSet(options.allowedTenants)
      : (options.allowedTenants as 'any' | undefined),
    allowedClientApplications: options.allowedClientApplications
      ? lowerCaseSet(options.allowedClientApplications)
      : null,
    allowWebApiToBeAuthorizedByACL: options.allowWebApiToBeAuthorizedByACL ?? false,
    clockSkewSeconds: options.clockSkewSeconds ?? 60,
    clientCredentials: () => clientCredentials,
    sendX5C: options.sendX5C ?? false,
    scopes: Object.freeze(exchangedScopes(options.scopes, audiences, clientId)),
    onTokenValidated: options.onTokenValidated,
    downstreamApis: resolveDownstreamApis(options.downstreamApis ?? {}),
    clientCapabilities: Object.freeze([...(options.clientCapabilities ?? ['cp1'])]),
    tokenCache: resolveTokenCacheOptions(options.tokenCache),
    network: Object.freeze({
      timeoutMs: options.network?.timeoutMs ?? NETWORK_DEFAULTS.timeoutMs,
      retries: options.network?.retries ?? NETWORK_DEFAULTS.retries,
      // Looked up at each call, so that a test or an agent which replaces the global fetch is obeyed.
      fetch: options.network?.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    }),
    showErrorDetails: options.showErrorDetails ?? false,
    unguardedEntryPoints: options.unguardedEntryPoints ?? 'error',
    cacheControl: options.cacheControl === undefined ? 'private, no-cache' : options.cacheControl,
  });
}

/**
 * `'.default'` becomes one `{aud}/.default` per audience. The App ID URI `api://{clientId}` is the API
 * itself, and Entra serves a token for oneself only under the GUID (AADSTS90009), so both forms give one
 * `{clientId}/.default`.
 */
function exchangedScopes(
  scopes: EntraAuthOptions['scopes'],
  audiences: readonly string[],
  clientId: string,
): string[] {
  const asked = list(scopes ?? []).flatMap((scope) => scope.split(' ').filter((part) => part !== ''));
  return [
    ...new Set(
      asked.flatMap((scope) => {
        if (scope !== '.default') return [scope];
        return audiences.map((audience) =>
          audience.toLowerCase() === `api://${clientId}` ? `${clientId}/.default` : `${audience}/.default`,
        );
      }),
    ),
  ];
}

function list(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}
