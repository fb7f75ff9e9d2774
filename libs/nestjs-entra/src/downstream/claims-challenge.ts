import { authenticationChallenges } from '../client/authenticate-header.js';

/** More is no claims request of the identity platform, and would not fit into a header of ours. */
const MAX_HEADER = 16_384;
const MAX_CLAIMS = 8_192;

/**
 * The claims request, as JSON, of a challenge that asks for more claims: exactly one `Bearer` challenge with
 * `error="insufficient_claims"`, and `claims` in base64 ("Claims challenges, claims requests, and client
 * capabilities" of the Microsoft identity platform). `undefined` for every other header: what cannot be read for
 * certain is not answered.
 */
export function challengedClaims(header: string | null): string | undefined {
  if (header === null || header.length > MAX_HEADER) return undefined;
  const asking = authenticationChallenges(header).filter(
    ({ scheme, parameters }) => scheme === 'bearer' && parameters.get('error') === 'insufficient_claims',
  );
  const encoded = asking.length === 1 ? asking[0]?.parameters.get('claims') : undefined;
  return encoded === undefined ? undefined : claimsOf(encoded);
}

function claimsOf(encoded: string): string | undefined {
  if (encoded.length > MAX_CLAIMS || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(encoded)) return undefined;
  const claims = Buffer.from(encoded, 'base64').toString('utf8');
  try {
    const value: unknown = JSON.parse(claims);
    return isPlainObject(value) && Object.values(value).every(isPlainObject) ? claims : undefined;
  } catch {
    return undefined; // What is no JSON is no claims request.
  }
}

/** The parameter is an object of objects: one for each kind of token (OpenID Connect Core, section 5.5). */
function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
