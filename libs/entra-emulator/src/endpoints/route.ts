import type { TokenVersion } from '../tokens/issuer.js';

/** The endpoints of the emulator, as recorded requests name them. */
export type EndpointName =
  | 'token'
  | 'keys'
  | 'discovery'
  | 'instance'
  | 'authorize'
  | 'login'
  | 'consent'
  | 'multi-factor'
  | 'logout'
  | 'userinfo'
  | 'graph'
  | 'error'
  | 'admin'
  | 'other';

/** Where a request goes. */
export interface Route {
  readonly endpoint: EndpointName;
  /** The tenant segment as written; empty for a path without one. */
  readonly tenant: string;
  readonly version: TokenVersion;
  /** A B2C policy between the tenant and the endpoint. */
  readonly policy: string | undefined;
}

const ENDPOINTS: Readonly<Record<string, readonly [EndpointName, TokenVersion]>> = {
  'oauth2/v2.0/token': ['token', 2],
  'discovery/v2.0/keys': ['keys', 2],
  'discovery/keys': ['keys', 1],
  'v2.0/.well-known/openid-configuration': ['discovery', 2],
  '.well-known/openid-configuration': ['discovery', 1],
  'discovery/instance': ['instance', 2],
  'oauth2/v2.0/authorize': ['authorize', 2],
  'oauth2/v2.0/logout': ['logout', 2],
  login: ['login', 2],
  consent: ['consent', 2],
  'multi-factor': ['multi-factor', 2],
};

/** What is not of a tenant, by the beginning of its path. */
const TENANTLESS: readonly (readonly [RegExp, EndpointName])[] = [
  [/^\/oidc\/userinfo$/i, 'userinfo'],
  [/^\/v1\.0(?:\/|$)/i, 'graph'],
  [/^\/error$/i, 'error'],
  [/^\/admin(?:\/|$)/, 'admin'],
];

/** Finds the endpoint of an address. Entra's paths have no letter case. */
export function routeOf({ pathname, searchParams }: URL): Route {
  const tenantless = TENANTLESS.find(([pattern]) => pattern.test(pathname))?.[1];
  if (tenantless !== undefined) {
    return { endpoint: tenantless, tenant: '', version: 2, policy: undefined };
  }
  const [tenant = '', ...rest] = pathname.split('/').slice(1).map(decodeSegment);
  // B2C writes /{tenant}/{policy}/…, or ?p={policy}, or, older, /tfp/{tenant}/{policy}/…
  const first = tenant.toLowerCase() === 'tfp' ? rest.shift() : undefined;
  const policy = [isPolicy(rest[0]) ? rest.shift() : undefined, searchParams.get('p')].find(isPolicy);
  const path = rest.join('/').toLowerCase();
  const known = Object.hasOwn(ENDPOINTS, path) ? ENDPOINTS[path] : undefined;
  const [endpoint, version] = known ?? (['other', 2] as const);
  return { endpoint, tenant: first ?? tenant, version, policy };
}

function isPolicy(name: string | null | undefined): name is string {
  return /^b2c_1a?_/i.test(name ?? '');
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // A stray percent sign stands for itself.
    return segment;
  }
}
