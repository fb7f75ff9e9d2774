import { downstreamUrl } from '../downstream/downstream-url.js';
import { ConfigurationError } from '../errors/configuration.error.js';
import { isBaseUrl } from '../options/downstream-api-faults.js';
import type { EntraAuthOptions } from '../options/entra-auth-options.js';
import { isObject } from '../options/value-faults.js';

/** Paths in the options that lead out of the base address of their API, as no call may. */
export function relativePathFaults({ downstreamApis }: EntraAuthOptions): string[] {
  const apis = isObject(downstreamApis) ? Object.entries(downstreamApis) : [];
  return apis.flatMap(([name, api]) => {
    const { baseUrl, relativePath }: Record<string, unknown> = isObject(api) ? api : {};
    // An address that cannot be used, and what is no text, is a fault of its own.
    if (typeof baseUrl !== 'string' || !isBaseUrl(baseUrl) || typeof relativePath !== 'string') return [];
    try {
      downstreamUrl(baseUrl, relativePath);
      return [];
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      return error.faults.map((fault) => `downstreamApis.${name}.relativePath: ${fault}`);
    }
  });
}
