import { ConfigurationError } from '../errors/configuration.error.js';
import { quoteForLog } from '../errors/log-text.js';
import { referencedDownstreamApi } from './downstream-api-reference.js';

/** Scopes of one resource, asked for in one exchange. */
export interface ScopeRequest {
  /** The resource in lower case: `https://graph.microsoft.com`, `api://…`, a client id. */
  readonly resource: string;
  /** The scopes as they were written; they go to the identity platform unchanged. */
  readonly scopes: readonly string[];
  /** The same without resource and in lower case, for comparison: scopes compare without case. */
  readonly names: ReadonlySet<string>;
}

/** MSAL adds these to every request on behalf of a user; asking for them again changes nothing. */
const LEFT_TO_MSAL = new Set(['openid', 'profile', 'offline_access']);

/** `scope-token` of RFC 6749 section 3.3; empty between two spaces. */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]*$/;

/** A downstream API in place of its scopes, which a decorator may name and a caller of the service may not. */
const API_REFERENCE = /^"[A-Za-z][\w.-]{0,63}"$/;

/** More than the scopes of any API together; the identity platform takes less in one request. */
const MAX_SCOPES_LENGTH = 8_192;

/** Client id of Microsoft Graph: another name of the same resource. */
const GRAPH_CLIENT_ID = '00000003-0000-0000-c000-000000000000';

/**
 * Groups scopes by the resource they belong to: the v2.0 endpoint issues a token for one resource at a
 * time (AADSTS28000). A scope without a resource belongs to Microsoft Graph. The name of a downstream API is none.
 *
 * @param graphResource Microsoft Graph of the cloud in use
 * @throws ConfigurationError when `.default` is mixed with named scopes of its resource (AADSTS70011), and when a scope
 *   has characters that RFC 6749 section 3.3 does not allow
 */
export function scopeRequests(scopes: readonly string[], graphResource: string): ScopeRequest[] {
  requireScopeTokens(scopes, true);
  const byResource = new Map<string, Map<string, string>>();
  for (const scope of scopes.flatMap((entry) => entry.split(' '))) {
    if (scope === '' || referencedDownstreamApi(scope) !== undefined || LEFT_TO_MSAL.has(scope.toLowerCase()))
      continue;
    const { resource, name } = splitScope(scope, graphResource);
    const ofResource = byResource.get(resource) ?? new Map<string, string>();
    if (!ofResource.has(name)) ofResource.set(name, scope);
    byResource.set(resource, ofResource);
  }
  return [...byResource].map(([resource, byName]) => {
    if (byName.has('.default') && byName.size > 1) {
      throw new ConfigurationError(
        `The scopes ${listed([...byName.values()])} mix .default with named scopes of ${resource}; ask for .default alone, or for named scopes alone.`,
      );
    }
    return { resource, scopes: [...byName.values()], names: new Set(byName.keys()) };
  });
}

/**
 * The request of scopes that must all belong to one resource, as a single token serves one alone.
 * @throws ConfigurationError when there is no scope, or scopes of several resources
 */
export function singleScopeRequest(scopes: readonly string[], graphResource: string): ScopeRequest {
  requireScopeTokens(scopes, false);
  const requests = scopeRequests(scopes, graphResource);
  const [first, second] = requests;
  if (!first) {
    throw new ConfigurationError(
      'No scope was given; name at least one scope of the downstream API, such as "User.Read".',
    );
  }
  if (second) {
    throw new ConfigurationError(
      `The scopes ${listed(scopes)} belong to ${requests.length} resources (${listed(requests.map((request) => request.resource))}) and one token serves one resource; ask once for each.`,
    );
  }
  return first;
}

/** The name of a scope without its resource, in lower case. */
export function scopeName(scope: string): string {
  return scope.slice(scope.lastIndexOf('/') + 1).toLowerCase();
}

/**
 * Checks scopes before anything is sent or remembered: code may build them out of what a caller sent.
 *
 * @param mayRefer whether names of downstream APIs are accepted among them
 * @throws ConfigurationError
 */
function requireScopeTokens(scopes: readonly string[], mayRefer: boolean): void {
  const length = scopes.reduce((sum, entry) => sum + entry.length + 1, 0);
  if (length > MAX_SCOPES_LENGTH) {
    throw new ConfigurationError(
      `The scopes must have no more than ${MAX_SCOPES_LENGTH} characters together; got ${length}. Name the scopes of the downstream API in the code.`,
    );
  }
  for (const scope of scopes.flatMap((entry) => entry.split(' '))) {
    if (SCOPE_TOKEN.test(scope) || (mayRefer && API_REFERENCE.test(scope))) continue;
    throw new ConfigurationError(
      `A scope must consist of printable ASCII characters other than space, " and \\ (RFC 6749 section 3.3); got ${quoteForLog(scope)}. Name the scopes of the downstream API in the code, and do not build them out of what a caller sent.`,
    );
  }
}

/** A list in a message: short enough for a log line. */
function listed(texts: readonly string[]): string {
  const text = texts.join(', ');
  return text.length > 500 ? `${text.slice(0, 497)}...` : text;
}

function splitScope(scope: string, graphResource: string): { resource: string; name: string } {
  const slash = scope.lastIndexOf('/');
  if (slash <= 0) return { resource: graphResource, name: scope.toLowerCase() };
  const resource = scope.slice(0, slash).toLowerCase();
  return { resource: resource === GRAPH_CLIENT_ID ? graphResource : resource, name: scopeName(scope) };
}
