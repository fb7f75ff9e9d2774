/** A token that can stand in an `Authorization` header (RFC 6750 section 2.1, `b64token`). */
const B64_TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;

/** Entra's longest lifetime is 28 hours (continuous access evaluation); more is an error. */
const MAX_LIFETIME_SECONDS = 48 * 3600;

/**
 * Why a successful answer of the token endpoint cannot be used; `undefined` when it can
 * (RFC 6749 section 5.1). An answer that is not checked here could put an empty token, or one with a
 * line break in it, into the cache and into a header.
 */
export function tokenAnswerFault(json: unknown): string | undefined {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return 'is no JSON object';
  const answer = json as Record<string, unknown>;
  if (answer['error'] !== undefined) return 'has an error beside status 200';
  const { access_token: accessToken, token_type: tokenType } = answer;
  if (typeof accessToken !== 'string' || accessToken === '') return 'has no access_token';
  if (!B64_TOKEN.test(accessToken)) return 'has an access_token with characters that no token has';
  if (typeof tokenType !== 'string' || tokenType.toLowerCase() !== 'bearer')
    return 'has a token_type that is not Bearer';
  const lifetime = answer['expires_in'];
  const seconds = typeof lifetime === 'string' && /^\d{1,9}$/.test(lifetime) ? Number(lifetime) : lifetime;
  if (typeof seconds !== 'number' || !(seconds > 0 && seconds <= MAX_LIFETIME_SECONDS))
    return 'has no usable expires_in';
  return undefined;
}
