import { isGuid } from './guid.js';
import { MICROSOFT_GRAPH_URI } from './microsoft-applications.js';

/** The OpenID Connect words a scope parameter may hold beside a resource's scopes. */
const OIDC_WORDS: readonly string[] = ['openid', 'profile', 'email', 'offline_access'];

/** A scope as a request names it. */
export interface ScopeName {
  /** Identifier of the resource as written; Microsoft Graph for a short scope. */
  readonly resource: string;
  /** Value of the scope, such as `User.Read` or `.default`, as written. */
  readonly value: string;
  /** True for a scope written without its resource. */
  readonly isShort: boolean;
}

/** Tells whether `scope` is an OpenID Connect word, in any letter case. */
export function isOidcWord(scope: string): boolean {
  return OIDC_WORDS.includes(scope.toLowerCase());
}

/** Tells whether `value` asks for everything granted. */
export function isDefaultScope(value: string): boolean {
  return value.toLowerCase() === '.default';
}

/**
 * Splits a scope into resource and value; undefined when it is malformed.
 *
 * The last slash divides, so `https://management.core.windows.net//.default` keeps a resource that ends in a
 * slash (Microsoft: scopes and permissions, trailing slash).
 */
export function parseScopeName(scope: string): ScopeName | undefined {
  // RFC 6749 §3.3 scope-token; a comma is what people write who join scopes the wrong way.
  if (!/^[\x21\x23-\x2B\x2D-\x5B\x5D-\x7E]+$/.test(scope)) {
    return undefined;
  }
  const slash = scope.lastIndexOf('/');
  if (slash === -1) {
    return isGuid(scope) || scope.includes(':')
      ? undefined
      : { resource: MICROSOFT_GRAPH_URI, value: scope, isShort: true };
  }
  const resource = scope.slice(0, slash);
  const value = scope.slice(slash + 1);
  if (value === '' || !(isGuid(resource) || /^[a-z][a-z0-9+.-]*:(?:\/\/)?[^/]/i.test(resource))) {
    return undefined;
  }
  return { resource, value, isShort: false };
}
