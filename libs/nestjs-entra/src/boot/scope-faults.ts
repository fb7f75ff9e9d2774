import { scopeRequests, singleScopeRequest } from '../acquisition/scope-request.js';
import { ConfigurationError } from '../errors/configuration.error.js';
import type { EntraAuthOptions } from '../options/entra-auth-options.js';
import { isObject } from '../options/value-faults.js';

/** What scopes in the options contradict once they are grouped by resource. */
export function scopeFaults({ scopes, downstreamApis }: EntraAuthOptions, graphResource: string): string[] {
  const apis = isObject(downstreamApis) ? Object.entries(downstreamApis) : [];
  return [
    // '.default' alone is that of each audience, and no scope of Microsoft Graph.
    ...faultsOf('scopes', () =>
      scopeRequests(
        textsOf(scopes).filter((scope) => scope !== '.default'),
        graphResource,
      ),
    ),
    ...apis.flatMap(([name, api]) => {
      const texts = isObject(api) ? textsOf(api['scopes']) : [];
      return texts.length === 0
        ? []
        : faultsOf(`downstreamApis.${name}`, () => singleScopeRequest(texts, graphResource));
    }),
  ];
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
