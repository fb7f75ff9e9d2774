/**
 * The name of a configured API where scopes stand: in quotes, which no scope holds (RFC 6749 section 3.3), so that
 * neither is ever taken for the other.
 */
export function downstreamApiReference(name: string): string {
  return `"${name}"`;
}

/** The name of the API that is referred to; `undefined` when it is a scope. */
export function referencedDownstreamApi(scope: string): string | undefined {
  return scope.startsWith('"') ? scope.slice(1, -1) : undefined;
}
