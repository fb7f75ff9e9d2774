/**
 * Parses JSON of others into objects without a prototype: a member that the text does not have is `undefined`, whatever
 * `Object.prototype` holds. A polluted prototype must not add an `access_token`, a key or an issuer to an answer.
 *
 * @throws SyntaxError when the text is not JSON
 */
export function parseOwnJson(text: string): unknown {
  return withoutPrototype(JSON.parse(text));
}

function withoutPrototype(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (!Array.isArray(value)) Object.setPrototypeOf(value, null);
  for (const member of Object.values(value)) withoutPrototype(member);
  return value;
}
