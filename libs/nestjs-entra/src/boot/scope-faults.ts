import { scopeRequests, singleScopeRequest } from '../acquisition/scope-request.js';
import { ConfigurationError } from '../errors/configuration.error.js';
import type { EntraAuthOptions } from '../options/entra-auth-options.js';
import { isObject } from '../options/value-faults.js';

/** What scopes in the options contradict once they are grouped by resource. */
export function scopeFaults(options: EntraAuthOptions, graphResource: string): string[] {
  const { downstreamApis } = options;
  const apis = isObject(downstreamApis) ? Object.entries(downstreamApis) : [];
  return [
    ...faultsOf('scopes', () => scopeRequests(comparableScopes(options), graphResource)),
    ...apis.flatMap(([name, api]) => {
      const texts = isObject(api) ? textsOf(api['scopes']) : [];
      return texts.length === 0
        ? []
        : faultsOf(`downstreamApis.${name}`, () => singleScopeRequest(texts, graphResource));
    }),
  ];
}

/**
 * The scopes with one name for the API itself: `api://{clientId}` and the GUID are the same. `'.default'` alone is that
 * of each audience, and no scope of Microsoft Graph.
 */
function comparableScopes({ scopes, audience, clientId }: EntraAuthOptions): string[] {
  const own = `api://${String(clientId)}/`.toLowerCase(); // A symbol, too, is a fault of its own.
  return textsOf(scopes)
    .flatMap((scope) =>
      scope === '.default' ? textsOf(audience ?? clientId).map((name) => `${name}/.default`) : [scope],
    )
    .map((scope) => (scope.toLowerCase().startsWith(own) ? scope.slice('api://'.length) : scope));
}

/** The scopes of a list or text. Texts alone: what is none is a fault of its own. */
export function textsOf(scopes: unknown): string[] {
  const list: unknown[] = Array.isArray(scopes) ? scopes : [scopes];
  return list.filter((item) => typeof item === 'string').flatMap((item) => item.split(' ').filter(Boolean));
}

function faultsOf(name: string, group: () => unknown): string[] {
  try {
    group();
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.faults.map((fault) => `${name}: ${fault}`);
  }
}
