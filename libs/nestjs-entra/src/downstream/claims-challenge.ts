import { authenticationChallenges } from '../client/authenticate-header.js';
import { parseOwnJson } from '../network/own-json.js';

/** More is no claims request of the identity platform, and would not fit into a header of ours. */
const MAX_HEADER = 16_384;
const MAX_CLAIMS = 8_192;
/** Bytes of a body in which claims are looked for. */
export const MAX_CHALLENGE_BODY = 16_384;

/**
 * The claims request, as JSON, of a challenge that asks for more claims: exactly one `Bearer` challenge with
 * `error="insufficient_claims"`, and `claims` in base64 ("Claims challenges, claims requests, and client
 * capabilities" of the Microsoft identity platform). `undefined` for every other header: what cannot be read for
 * certain is not answered.
 */
export function challengedClaims(header: string | null): string | undefined {
  const encoded = askingParameters(header)?.get('claims');
  if (encoded === undefined || encoded.length > MAX_CLAIMS) return undefined;
  return /^[A-Za-z0-9+/_-]+={0,2}$/.test(encoded)
    ? claimsRequest(Buffer.from(encoded, 'base64').toString('utf8'))
    : undefined;
}

/**
 * Whether a challenge asks for claims that it does not name. APIs that use this library leave them out of the header
 * when they are too large for one; then they stand in the body.
 */
export function isAnsweredByBody(header: string | null): boolean {
  const parameters = askingParameters(header);
  return parameters !== undefined && !parameters.has('claims');
}

/**
 * The claims request of the body of a 401: `claims`, as JSON text, next to `code: 'claims_challenge'`. Read it only when
 * {@link isAnsweredByBody} says so of the header.
 *
 * @param body text, bytes, or the value that was parsed
 */
export function claimsOfBody(body: unknown): string | undefined {
  const value = body instanceof Uint8Array ? parsed(Buffer.from(body).toString('utf8')) : parsed(body);
  if (!isPlainObject(value) || ownText(value, 'code') !== 'claims_challenge') return undefined;
  const claims = ownText(value, 'claims');
  return claims === undefined || claims.length > MAX_CLAIMS ? undefined : claimsRequest(claims);
}

/** The claims request of a 401 whose body has been read. */
export function claimsOfAnswer(header: string | null, body: unknown): string | undefined {
  return isAnsweredByBody(header) ? claimsOfBody(body) : challengedClaims(header);
}

function askingParameters(header: string | null): ReadonlyMap<string, string> | undefined {
  if (header === null || header.length > MAX_HEADER) return undefined;
  const asking = authenticationChallenges(header).filter(
    ({ scheme, parameters }) => scheme === 'bearer' && parameters.get('error') === 'insufficient_claims',
  );
  return asking.length === 1 ? asking[0]?.parameters : undefined;
}

function parsed(body: unknown): unknown {
  if (typeof body !== 'string') return body;
  try {
    return body.length > MAX_CHALLENGE_BODY ? undefined : parseOwnJson(body);
  } catch {
    return undefined; // What is no JSON has no claims.
  }
}

function ownText(value: object, name: string): string | undefined {
  const text: unknown = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
  return typeof text === 'string' ? text : undefined;
}

function claimsRequest(claims: string): string | undefined {
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
