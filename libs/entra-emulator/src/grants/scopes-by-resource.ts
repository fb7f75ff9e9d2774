import { isOidcWord, parseScopeName } from '../tenants/scope-name.js';
import { parseRequestedScopes, type RequestedScopes } from './requested-scopes.js';

/** The scopes of one resource in an authorization request. */
export interface ResourceScopes extends RequestedScopes {
  /** The scopes as a scope parameter, without OpenID Connect words. */
  readonly scope: string;
}

/** A scope parameter, which at the authorization endpoint may name several resources to consent to. */
export interface ScopesByResource {
  /** In the order of the request; empty when only OpenID Connect words were asked. */
  readonly resources: readonly ResourceScopes[];
  /** OpenID Connect words, lower case. */
  readonly oidcWords: ReadonlySet<string>;
}

/** Takes a scope parameter apart by resource. A malformed scope or an empty parameter is AADSTS70011. */
export function splitByResource(scope: string): ScopesByResource {
  const words = scope.split(' ').filter((word) => word !== '');
  const oidcWords = words.filter(isOidcWord);
  const groups = new Map<string, string[]>();
  for (const word of words.filter((name) => !isOidcWord(name))) {
    // What is malformed stands in a group of its own, whose parsing refuses it.
    const key = parseScopeName(word)?.resource.toLowerCase() ?? word;
    groups.set(key, [...(groups.get(key) ?? []), word]);
  }
  if (groups.size === 0) {
    return { resources: [], oidcWords: parseRequestedScopes(scope).oidcWords };
  }
  const resources = [...groups.values()].map((group) => ({
    ...parseRequestedScopes(group.join(' ')),
    scope: group.join(' '),
  }));
  return { resources, oidcWords: new Set(oidcWords.map((word) => word.toLowerCase())) };
}
