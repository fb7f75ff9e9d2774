import { AadstsError } from '../errors/aadsts-error.js';
import { MICROSOFT_GRAPH_URI } from '../tenants/microsoft-applications.js';
import { isDefaultScope, isOidcWord, parseScopeName, type ScopeName } from '../tenants/scope-name.js';

/** A scope parameter, taken apart. */
export interface RequestedScopes {
  /** Identifier of the one resource, as written. */
  readonly resource: string;
  /** Scope values of the resource, as written; empty when only OpenID Connect words were asked. */
  readonly values: readonly string[];
  /** True when everything granted was asked with `.default`. */
  readonly isDefault: boolean;
  /** True when every scope was written without its resource. */
  readonly isShort: boolean;
  /** OpenID Connect words, lower case. */
  readonly oidcWords: ReadonlySet<string>;
}

/**
 * Takes a scope parameter apart. A malformed scope, and `.default` beside a named scope, is AADSTS70011; scopes of
 * two resources are AADSTS28000 (RFC 6749 §3.3; Microsoft: scopes and permissions).
 */
export function parseRequestedScopes(scope: string): RequestedScopes {
  const words = scope.split(' ').filter((word) => word !== '');
  const names = words.filter((word) => !isOidcWord(word)).map(requireScopeName);
  refuseEmpty(words);
  refuseMixedDefault(scope, names);
  refuseTwoResources(scope, names);
  return {
    resource: names[0]?.resource ?? MICROSOFT_GRAPH_URI,
    values: names.map(({ value }) => value),
    isDefault: names.some(({ value }) => isDefaultScope(value)),
    isShort: names.every(({ isShort }) => isShort),
    oidcWords: new Set(words.filter(isOidcWord).map((word) => word.toLowerCase())),
  };
}

function requireScopeName(scope: string): ScopeName {
  const name = parseScopeName(scope);
  if (name === undefined) {
    throw new AadstsError(70011, [scope]);
  }
  return name;
}

function refuseEmpty(words: readonly string[]): void {
  if (words.length === 0) {
    throw new AadstsError(70011, ['']);
  }
}

function refuseMixedDefault(scope: string, names: readonly ScopeName[]): void {
  const defaults = names.filter(({ value }) => isDefaultScope(value));
  if (defaults.length > 0 && defaults.length < names.length) {
    throw new AadstsError(70011, [scope, ".default scope can't be combined with resource-specific scopes."]);
  }
}

function refuseTwoResources(scope: string, names: readonly ScopeName[]): void {
  if (new Set(names.map(({ resource }) => resource.toLowerCase())).size > 1) {
    throw new AadstsError(28000, [scope]);
  }
}
