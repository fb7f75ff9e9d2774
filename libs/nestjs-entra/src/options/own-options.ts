import { ownProperties } from '../own-properties.js';
import type { EntraAuthOptions } from './entra-auth-options.js';
import { isObject } from './value-faults.js';

/** Options that are objects of options themselves. A store is not: it is called, and keeps its state. */
const SECTIONS = ['tokenCache', 'network'];

/**
 * The options as they are read from here on: own properties only, also in sections, credentials and downstream APIs, so
 * that nothing on `Object.prototype` becomes an option (CWE-1321). Values of the wrong type stay as they are; the checks
 * that follow name them.
 */
export function ownOptions(given: EntraAuthOptions): EntraAuthOptions {
  if (!isObject(given)) return given;
  const own = ownProperties<Record<string, unknown>>(given);
  for (const name of SECTIONS) if (isObject(own[name])) own[name] = ownProperties(own[name]);
  const { clientCredentials, downstreamApis } = own;
  if (Array.isArray(clientCredentials)) own['clientCredentials'] = clientCredentials.map(ownSection);
  if (isObject(downstreamApis)) {
    const apis = Object.entries(downstreamApis).map(([name, api]) => [name, ownSection(api)] as const);
    own['downstreamApis'] = ownProperties(Object.fromEntries(apis));
  }
  return own as unknown as EntraAuthOptions;
}

function ownSection(value: unknown): unknown {
  return isObject(value) ? ownProperties(value) : value;
}
