import { challengeHeader, type ChallengeParameters } from './challenge.js';
import type { EntraAuthError } from './entra-auth.error.js';

export const EXPOSE_HEADERS = 'Access-Control-Expose-Headers';

/** The headers that go with an error, whoever writes the answer. */
export function errorHeaders(
  error: EntraAuthError,
  parameters: ChallengeParameters,
): readonly (readonly [name: string, value: string])[] {
  const { challenge, retryAfterSeconds } = error;
  return [
    ...(challenge
      ? [['WWW-Authenticate', challengeHeader(challenge, parameters, error.getStatus())] as const]
      : []),
    ...(retryAfterSeconds === undefined ? [] : [['Retry-After', String(retryAfterSeconds)] as const]),
  ];
}

/**
 * The value of `Access-Control-Expose-Headers` that lets a page of another origin read `names` (Fetch standard,
 * CORS protocol). What the application's own CORS settings expose stays exposed. A `*` does not do: where the
 * page sends cookies along, it is the name of a header.
 *
 * @param before the value or values that stand there already
 */
export function exposing(names: readonly string[], before: unknown): string {
  const exposed = [before]
    .flat()
    .flatMap((value) => (typeof value === 'string' ? value.split(',') : []))
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const missing = names.filter(
    (name) => !exposed.some((other) => other.toLowerCase() === name.toLowerCase()),
  );
  return [...exposed, ...missing].join(', ');
}
