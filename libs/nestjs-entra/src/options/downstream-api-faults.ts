import type { DownstreamApiOptions } from './downstream-api-options.js';
import type { EntraAuthOptions } from './entra-auth-options.js';
import { hostnameOf, isB2cHost } from './login-host.js';
import { shown } from './shown.js';
import { unknownNameFaults } from './unknown-name-faults.js';
import { booleanFaults, fetchFaults, isObject, numberFaults, scopesFaults } from './value-faults.js';

const OPTION_NAMES: readonly (keyof DownstreamApiOptions)[] = [
  'baseUrl',
  'scopes',
  'relativePath',
  'requestAppToken',
  'timeoutMs',
  'retries',
  'maxResponseBytes',
  'fetch',
];

/** What is wrong with the downstream APIs: one sentence a fault. */
export function downstreamApiFaults(options: EntraAuthOptions): string[] {
  const apis: unknown = options.downstreamApis;
  if (apis === undefined) return [];
  if (!isObject(apis)) {
    return [
      `downstreamApis is ${shown(apis)}; give an object of APIs by name, such as { graph: { baseUrl: "https://graph.microsoft.com/v1.0", scopes: ["User.Read"] } }.`,
    ];
  }
  const names = Object.keys(apis);
  return [...names.flatMap((name) => apiFaults(name, apis[name])), ...exchangeFaults(names, options)];
}

function apiFaults(name: string, api: unknown): string[] {
  if (!/^[A-Za-z][\w.-]{0,63}$/.test(name)) {
    return [
      `downstreamApis has an API named ${shown(name)}; give a name that begins with a letter and has up to 64 letters, digits, "_", "." and "-".`,
    ];
  }
  const path = `downstreamApis.${name}`;
  if (!isObject(api)) return [`${path} is ${shown(api)}; give an object with baseUrl and scopes.`];
  return [
    ...unknownNameFaults('option', api, OPTION_NAMES, `${path}.`),
    ...baseUrlFaults(`${path}.baseUrl`, api['baseUrl']),
    ...requiredScopesFaults(`${path}.scopes`, api['scopes']),
    ...relativePathFaults(`${path}.relativePath`, api['relativePath']),
    ...booleanFaults(`${path}.requestAppToken`, api['requestAppToken']),
    ...numberFaults(`${path}.timeoutMs`, api['timeoutMs'], 100, 600_000),
    ...numberFaults(`${path}.retries`, api['retries'], 0, 5),
    ...numberFaults(`${path}.maxResponseBytes`, api['maxResponseBytes'], 1_024, 1_073_741_824),
    ...fetchFaults(`${path}.fetch`, api['fetch']),
  ];
}

function baseUrlFaults(path: string, baseUrl: unknown): string[] {
  if (typeof baseUrl === 'string' && isBaseUrl(baseUrl)) return [];
  // A URL with a user name may hold a password.
  const given =
    typeof baseUrl === 'string' && baseUrl.includes('@') ? 'a URL with a user name' : shown(baseUrl);
  return [
    `${path} is ${given}; give an absolute https URL without user name, query, fragment and dot segments, such as "https://graph.microsoft.com/v1.0" (http for a loopback address alone).`,
  ];
}

/** Written as it is used: nothing in it that the URL parser would read as something else. */
export function isBaseUrl(text: string): boolean {
  if (!/^https?:\/\/[^/\\?#@\s]+(\/[^\\?#\s]*)?$/i.test(text) || !URL.canParse(text)) return false;
  const { protocol, hostname, pathname } = new URL(text);
  const written = text.slice(text.indexOf('/', 'https://'.length) + 1 || text.length);
  return (
    (protocol === 'https:' || isLoopback(hostname)) &&
    pathname === `/${written}` &&
    !/\/\/|%2e|%2f|%5c/i.test(pathname)
  );
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function requiredScopesFaults(path: string, scopes: unknown): string[] {
  if (scopes === undefined || scopes === '' || (Array.isArray(scopes) && scopes.length === 0)) {
    return [`${path} is ${shown(scopes)}; name the scopes of the API, such as ["User.Read"].`];
  }
  return scopesFaults(path, scopes);
}

function relativePathFaults(path: string, relativePath: unknown): string[] {
  return relativePath === undefined || typeof relativePath === 'string'
    ? []
    : [`${path} is ${shown(relativePath)}; give a path below baseUrl, such as "me".`];
}

function exchangeFaults(
  names: readonly string[],
  { instance, clientCredentials }: EntraAuthOptions,
): string[] {
  if (names.length === 0) return [];
  const given = `downstreamApis names ${names.map(shown).join(', ')}`;
  if (isB2cHost(hostnameOf(instance))) {
    return [
      `${given} and instance is ${shown(instance)}; Azure AD B2C has no on-behalf-of flow: remove downstreamApis, or use Microsoft Entra ID.`,
    ];
  }
  return Array.isArray(clientCredentials) && clientCredentials.length > 0
    ? []
    : [`${given} and clientCredentials is empty; give the API a credential to exchange tokens with.`];
}
