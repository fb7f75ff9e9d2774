/** One challenge as a reader sees it. */
export interface ReadChallenge {
  readonly scheme: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * Reads `WWW-Authenticate` by the grammar of RFC 9110 (sections 5.6 and 11.6.1), letter by letter, and refuses
 * whatever the grammar does not have. It shares nothing with the library.
 */
export function readByGrammar(header: string): readonly ReadChallenge[] {
  let at = 0;
  const fail = (what: string): never => {
    throw new SyntaxError(`${what} at ${at} of ${JSON.stringify(header)}`);
  };
  const isToken = (letter = '') => /^[!#$%&'*+\-.^_`|~0-9A-Za-z]$/.test(letter);
  const take = (belongs: (letter?: string) => boolean): string => {
    const start = at;
    while (at < header.length && belongs(header[at])) at++;
    return header.slice(start, at);
  };
  const spaces = () => take((letter) => letter === ' ' || letter === '\t');
  const quotedString = (): string => {
    let value = '';
    for (at++; header[at] !== '"'; at++) {
      if (header[at] === '\\') at++;
      const letter = header[at] ?? fail('An open quoted-string');
      if (!/^[\t\x20-\x7e\x80-\xff]$/.test(letter)) fail('A letter that may not be there');
      value += letter;
    }
    at++;
    return value;
  };
  const challenges: { scheme: string; parameters: Record<string, string> }[] = [];
  while (at < header.length) {
    spaces();
    if (header[at] === ',') {
      at++;
      continue;
    }
    const name = take(isToken) || fail('No token');
    const end = at;
    spaces();
    if (header[at] === '=') {
      at++;
      spaces();
      const value = header[at] === '"' ? quotedString() : take(isToken) || fail('No value');
      const parameters = challenges.at(-1)?.parameters ?? fail('A parameter without its scheme');
      if (Object.hasOwn(parameters, name.toLowerCase())) fail(`A second ${name}`);
      parameters[name.toLowerCase()] = value;
    } else {
      challenges.push({ scheme: name, parameters: {} });
      if (at === end && at < header.length && header[at] !== ',') fail('No space after the scheme');
      const parameter = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+[ \t]*=[ \t]*(?=["!#$%&'*+\-.^_`|~0-9A-Za-z])/;
      if (header[at] !== ',' && !parameter.test(header.slice(at))) {
        if (
          !/^[-._~+/0-9A-Za-z]+=*/.test(take((letter) => /^[-._~+/=0-9A-Za-z]$/.test(letter ?? '')) || '=')
        ) {
          if (at < header.length) fail('No token68');
        }
      } else continue;
    }
    spaces();
    if (at < header.length && header[at] !== ',') fail('No comma');
  }
  return challenges;
}

/**
 * As the samples for `@azure/msal-browser` read it: the scheme off, parts between commas, each at its equals signs.
 * It knows no quoted comma and throws on a part without a value, and pages of this kind are out there.
 */
export function readAsMsalBrowserSamples(header: string): Readonly<Record<string, string>> {
  const parts = header.slice(header.indexOf(' ') + 1).split(',');
  return Object.fromEntries(
    parts.map((part) => {
      const [name, value] = part.split('=');
      if (name === undefined || value === undefined) throw new TypeError(`No value in ${part}`);
      return [name.trim(), decodeURI(value.replaceAll(/['"]+/g, ''))];
    }),
  );
}

/**
 * As MSAL.NET's `WwwAuthenticateParameters` reads it, which Microsoft.Identity.Web uses: parts between spaces that
 * are not quoted, commas off their ends, each at its unquoted equals sign, quotes off; claims decoded when their
 * length is a multiple of four and they are base64.
 */
export function readAsMsalDotNet(header: string): Readonly<Record<string, string>> {
  const [, ...parts] = splitOutsideQuotes(header, ' ');
  const values = new Map<string, string>();
  for (const part of parts) {
    const [name = '', value] = splitOutsideQuotes(part.replace(/[, ]+$/, ''), '=').map((piece) =>
      piece.trim().replaceAll(/^"+|"+$/g, ''),
    );
    const key = name.toLowerCase();
    if (values.has(key)) throw new TypeError(`A second ${key}`);
    values.set(key, value ?? '');
  }
  const claims = values.get('claims');
  if (claims && claims.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(claims)) {
    values.set('claims', Buffer.from(claims, 'base64').toString());
  }
  return Object.fromEntries(values);
}

function splitOutsideQuotes(text: string, delimiter: string): string[] {
  const parts = [''];
  let isQuoted = false;
  for (const letter of text) {
    if (letter === '"') isQuoted = !isQuoted;
    if (letter === delimiter && !isQuoted) parts.push('');
    else parts.push(`${parts.pop()}${letter}`);
  }
  return parts.filter((part) => part.trim() !== '');
}
