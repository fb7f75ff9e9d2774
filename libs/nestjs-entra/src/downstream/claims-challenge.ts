/** More is no claims request of the identity platform, and would not fit into a header of ours. */
const MAX_HEADER = 16_384;
const MAX_CLAIMS = 8_192;

/** A scheme, or a name and its value, each with what follows it (RFC 9110 section 11.2 to 11.6.1). */
const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const PARAMETER = new RegExp(
  `(${TOKEN})[ \\t]*=[ \\t]*(?:"((?:[^"\\\\]|\\\\.)*)"|(${TOKEN}))[ \\t]*(?=,|$)`,
  'y',
);
const SCHEME = new RegExp(`(${TOKEN})(?:[ \\t]+|(?=,|$))`, 'y');
const TOKEN68 = /[A-Za-z0-9._~+/-]+=*[ \t]*(?=,|$)/y;
const SEPARATOR = /[ \t,]*/y;

/**
 * The claims request, as JSON, of a challenge that asks for more claims: exactly one `Bearer` challenge with
 * `error="insufficient_claims"` and `claims` in base64 ("Claims challenges, claims requests, and client
 * capabilities" of the Microsoft identity platform). `undefined` for every other header: what cannot be read for
 * certain is not answered.
 */
export function challengedClaims(header: string | null): string | undefined {
  if (header === null || header.length > MAX_HEADER) return undefined;
  const asking = (challenges(header) ?? []).filter(
    ({ scheme, parameters }) =>
      scheme.toLowerCase() === 'bearer' && parameters.get('error') === 'insufficient_claims',
  );
  const encoded = asking.length === 1 ? asking[0]?.parameters.get('claims') : undefined;
  return encoded === undefined ? undefined : claimsOf(encoded);
}

interface ReadChallenge {
  readonly scheme: string;
  readonly parameters: Map<string, string>;
}

/** `undefined` when the header is none of RFC 9110, or says one thing twice. */
function challenges(header: string): readonly ReadChallenge[] | undefined {
  const found: ReadChallenge[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const match = pattern.exec(header) ?? undefined;
    if (match) at = pattern.lastIndex;
    return match;
  };
  take(SEPARATOR);
  while (at < header.length) {
    const current = found.at(-1);
    const parameter = current && take(PARAMETER);
    if (parameter) {
      const [, name = '', quoted, token] = parameter;
      const key = name.toLowerCase();
      if (current.parameters.has(key)) return undefined;
      current.parameters.set(key, token ?? quoted?.replace(/\\(.)/g, '$1') ?? '');
    } else {
      const scheme = take(SCHEME)?.[1];
      if (scheme === undefined) return undefined;
      const begun = { scheme, parameters: new Map<string, string>() };
      found.push(begun);
      if (take(PARAMETER_AHEAD) === undefined) take(TOKEN68);
    }
    take(SEPARATOR);
  }
  return found;
}

/** A parameter is not a token68, though it may begin like one. */
const PARAMETER_AHEAD = new RegExp(`(?=${TOKEN}[ \\t]*=[ \\t]*["!#$%&'*+.^_\`|~0-9A-Za-z-])`, 'y');

function claimsOf(encoded: string): string | undefined {
  if (encoded.length > MAX_CLAIMS || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(encoded)) return undefined;
  const claims = Buffer.from(encoded, 'base64').toString('utf8');
  try {
    const value: unknown = JSON.parse(claims);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? claims : undefined;
  } catch {
    return undefined; // What is no JSON is no claims request.
  }
}
