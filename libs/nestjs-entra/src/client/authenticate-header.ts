/** One challenge of a `WWW-Authenticate` header (RFC 9110 section 11.3). */
export interface AuthenticationChallenge {
  /** In lower case: `bearer`. */
  readonly scheme: string;
  /** By name in lower case; of a name that stands twice, the first value. */
  readonly parameters: ReadonlyMap<string, string>;
}

/**
 * The next thing in the header: `name="value"`, `name=value`, or a scheme, with its token68 when it has one.
 * Every part is matched in linear time.
 */
const PART =
  /[\s,]*(?:([\w!#$%&'*+.^`|~-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))|([\w!#$%&'*+.^`|~-]+)(?:[ \t]+[\w.~+/-]+=*(?=[ \t]*(?:,|$)))?|[^])/gy;

/**
 * The challenges of a `WWW-Authenticate` header, several joined by commas included. What is none is skipped;
 * it never throws. It uses neither Node nor a browser, and is not public.
 */
export function authenticationChallenges(header: string): readonly AuthenticationChallenge[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  for (const [, name, quoted, unquoted = '', scheme] of header.matchAll(PART)) {
    if (scheme) challenges.push({ scheme: scheme.toLowerCase(), parameters: new Map() });
    if (!name) continue;
    const parameters = challenges[challenges.length - 1]?.parameters;
    const key = name.toLowerCase();
    if (parameters && !parameters.has(key)) {
      parameters.set(key, quoted === undefined ? unquoted : quoted.replace(/\\(.)/g, '$1'));
    }
  }
  return challenges;
}
