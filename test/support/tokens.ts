/** The payload of a token, unverified: for tests to look into what came back. */
export function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<
    string,
    unknown
  >;
}

/** The parameters of a `WWW-Authenticate` header with one Bearer challenge; fails on any other. */
export function challengeOf(header: string | null): Record<string, string> {
  if (header === null) throw new Error('There is no WWW-Authenticate header');
  const parameters: Record<string, string> = {};
  let rest = /^Bearer (.*)$/.exec(header)?.[1];
  while (rest) {
    const found = /^([a-z_]+)="([\x20\x21\x23-\x5b\x5d-\x7e]*)"(?:, |$)/.exec(rest);
    if (!found) throw new Error(`Not a Bearer challenge: ${header}`);
    const [all, name, value] = found;
    if (name === undefined || value === undefined || name in parameters)
      throw new Error(`Doubled: ${header}`);
    parameters[name] = value;
    rest = rest.slice(all.length);
  }
  return parameters;
}
