import type { DownstreamApiOptions, ResolvedDownstreamApi } from './downstream-api-options.js';

/** The checked downstream APIs, completed with the defaults. */
export function resolveDownstreamApis(
  apis: Readonly<Record<string, DownstreamApiOptions>>,
): ReadonlyMap<string, ResolvedDownstreamApi> {
  return new Map(Object.entries(apis).map(([name, api]) => [name, resolved(name, api)]));
}

function resolved(name: string, api: DownstreamApiOptions): ResolvedDownstreamApi {
  const scopes = typeof api.scopes === 'string' ? [api.scopes] : api.scopes;
  return Object.freeze({
    name,
    baseUrl: api.baseUrl,
    scopes: Object.freeze(scopes.flatMap((scope) => scope.split(' ').filter((part) => part !== ''))),
    relativePath: api.relativePath ?? '',
    requestAppToken: api.requestAppToken ?? false,
    timeoutMs: api.timeoutMs ?? 30_000,
    retries: api.retries ?? 2,
    maxResponseBytes: api.maxResponseBytes ?? 16 * 1024 * 1024,
    // Looked up at each call, so that a test or an agent which replaces the global fetch is obeyed.
    fetch: api.fetch ?? ((input, init) => globalThis.fetch(input, init)),
  });
}
