/** Claims of a token, before they are put in order. `null` and `undefined` leave a claim out. */
export type Claims = Readonly<Record<string, unknown>>;

/** Entra writes these first; all others follow in alphabetical order. */
const LEADING: readonly string[] = ['aud', 'iss', 'iat', 'nbf', 'exp'];

/** The claims in Entra's order, without those that are `null` or `undefined`. */
export function orderClaims(claims: Claims): Record<string, unknown> {
  const names = Object.keys(claims).filter((name) => claims[name] !== null && claims[name] !== undefined);
  const leading = LEADING.filter((name) => names.includes(name));
  const others = names.filter((name) => !LEADING.includes(name)).toSorted();
  return Object.fromEntries([...leading, ...others].map((name) => [name, claims[name]]));
}
