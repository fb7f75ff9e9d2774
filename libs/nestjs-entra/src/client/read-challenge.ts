import { authenticationChallenges } from './authenticate-header.js';

/** As much of a `Response` of `fetch()` as is read. */
export interface ChallengeResponse {
  readonly headers: { get(name: string): string | null };
  clone(): { json(): Promise<unknown> };
}

/** What a protected API asks of its client, in the words of `@azure/msal-browser`. */
export interface ApiChallenge {
  /**
   * `invalid_token`, `insufficient_claims`, `insufficient_scope`, `invalid_request`; undefined when no token was
   * sent (RFC 6750 section 3.1).
   */
  readonly error: string | undefined;
  /** For `claims` of `acquireToken…()`: the JSON text, decoded. */
  readonly claims: string | undefined;
  /** For `scopes` of `acquireToken…()`: scopes of the API that would do, with its client id. Empty when none is named. */
  readonly scopes: readonly string[];
  /** Where the user consents to what the API does on the user's behalf; an https address. */
  readonly consentUri: string | undefined;
}

/**
 * What the API asks for before it serves the request that it refused: `undefined` when it asks for nothing.
 * Other challenges in the same header are passed over. It never throws, and leaves the body to be read.
 *
 * The API must be of an origin that the page trusts: what it asks for is put to the user.
 *
 * @example
 * const challenge = await readChallenge(response);
 * if (challenge?.claims) await msal.acquireTokenPopup({ scopes, claims: challenge.claims });
 */
export async function readChallenge(response: ChallengeResponse): Promise<ApiChallenge | undefined> {
  const bearer = authenticationChallenges(response.headers.get('WWW-Authenticate') || '')
    .filter(({ scheme }) => scheme === 'bearer')
    .map(({ parameters }) => parameters);
  const asked = bearer.find((parameters) => parameters.has('claims')) || bearer[0];
  if (!asked) return undefined;
  const realm = asked.get('realm');
  const { consentUri: uri, claims } = await bodyOf(response);
  const consentUri = typeof uri === 'string' && uri.startsWith('https://') ? uri : undefined;
  return {
    error: asked.get('error'),
    // An API leaves out of the header what is too large for one; proxies would drop the answer.
    claims: jsonOf(asked.get('claims')) || claimsOf(claims),
    scopes: realm && !consentUri ? ownScopes(realm, asked.get('scope')) : [],
    consentUri,
  };
}

/** A scope that stands for another API has its resource before it, and is not for the page to ask for. */
function ownScopes(clientId: string, scope = ''): readonly string[] {
  return scope.split(' ').flatMap((name) => (name && !/[/:]/.test(name) ? [`${clientId}/${name}`] : []));
}

/** Claims of a body: the JSON text, or the base64 of a header. */
function claimsOf(claims: unknown): string | undefined {
  if (typeof claims !== 'string') return undefined;
  return objectText(claims) || jsonOf(claims);
}

/** Base64 in either alphabet, padded or not, of UTF-8 of a JSON object. */
function jsonOf(base64 = ''): string | undefined {
  try {
    const bytes = atob(base64.replace(/-/g, '+').replace(/_/g, '/'));
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)),
    );
    return objectText(text);
  } catch {
    return undefined; // What cannot be read cannot be asked for.
  }
}

function objectText(text: string): string | undefined {
  try {
    return /^\s*\{/.test(text) && JSON.parse(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

/** The members of a JSON object; none when the body is missing, is not JSON, or was read already. */
async function bodyOf(response: ChallengeResponse): Promise<{ consentUri?: unknown; claims?: unknown }> {
  try {
    return Object(await response.clone().json()) as object;
  } catch {
    return {};
  }
}
