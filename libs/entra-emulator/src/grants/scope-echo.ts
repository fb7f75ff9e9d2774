import type { RequestedScopes } from './requested-scopes.js';

/** The OpenID Connect words that Microsoft Graph echoes, in its order. `offline_access` is never among them. */
const ECHOED_WORDS: readonly string[] = ['openid', 'profile', 'email'];

/** What a user's token for a resource was granted. */
export interface GrantedScopes {
  /** Identifier of the resource in its own letter case. */
  readonly resource: string;
  /** Scope values of the resource in its own letter case, without OpenID Connect words. */
  readonly values: readonly string[];
  /** OpenID Connect words granted; they are scopes of Microsoft Graph, and no other resource's. */
  readonly oidcWords: ReadonlySet<string>;
}

/**
 * The `scope` member of an answer. Its form follows the request, its set is all that is granted for the resource:
 * short and alphabetical for short scopes; else in full, OpenID Connect words first and `.default` last.
 */
export function scopeEcho(requested: RequestedScopes, granted: GrantedScopes): string {
  const words = ECHOED_WORDS.filter((word) => granted.oidcWords.has(word));
  if (requested.isShort && !requested.isDefault) {
    return [...words, ...granted.values].toSorted(alphabetically).join(' ');
  }
  const inFull = granted.values.toSorted(alphabetically).map((value) => `${granted.resource}/${value}`);
  return [...words, ...inFull, ...(requested.isDefault ? [`${granted.resource}/.default`] : [])].join(' ');
}

/** The values of the `scp` claim: always short, with the OpenID Connect words for Microsoft Graph. */
export function scopeClaim(granted: GrantedScopes): string[] {
  return [...granted.values, ...ECHOED_WORDS.filter((word) => granted.oidcWords.has(word))];
}

function alphabetically(a: string, b: string): number {
  const [left, right] = [a.toLowerCase(), b.toLowerCase()];
  return left < right ? -1 : Number(left > right);
}
