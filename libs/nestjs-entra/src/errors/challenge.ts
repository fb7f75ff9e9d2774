/** What one error asks `WWW-Authenticate` to say (RFC 6750 section 3, RFC 9110 section 11.6.1). */
export interface Challenge {
  /** `invalid_request`, `invalid_token`, `insufficient_scope` (RFC 6750) or `insufficient_claims` (Microsoft). */
  error?: 'invalid_request' | 'invalid_token' | 'insufficient_scope' | 'insufficient_claims';
  /** Fixed text of this library. */
  errorDescription?: string;
  /** The scopes that would do, space-separated. */
  scope?: string;
  /** The claims request of the identity platform, JSON exactly as received. */
  claims?: string;
}

/** What every challenge of one API has in common. */
export interface ChallengeParameters {
  /** The client id of the API. */
  clientId: string;
  /** Where its callers sign in: `{instance}/{tenantId}/oauth2/v2.0/authorize`. */
  authorizationUri: string;
}

/**
 * Base64 characters of claims that a header has room for, so that the whole challenge stays within 2 kB. Proxies drop
 * an answer whose headers do not fit into one buffer (nginx: 4 kB, `proxy_buffer_size`) and answer 502 in its place.
 */
const MAX_CLAIMS_IN_HEADER = 1_600;

/** Whether claims are too large for a header: then they stand in the body of the answer, as `claims`. */
export function standInBody(claims: string | undefined): boolean {
  return claims !== undefined && Math.ceil(Buffer.byteLength(claims) / 3) * 4 > MAX_CLAIMS_IN_HEADER;
}

/**
 * The value of `WWW-Authenticate` for one refused request: exactly one `Bearer` challenge.
 *
 * Claims travel as padded standard base64, the form that MSAL and Microsoft.Identity.Web read
 * (Microsoft identity platform, "Claims challenges, claims requests, and client capabilities").
 */
export function challengeHeader(
  challenge: Challenge,
  parameters: ChallengeParameters,
  status: number,
): string {
  const fields: [name: string, value: string | undefined][] = [
    ['realm', parameters.clientId],
    ['authorization_uri', status === 401 ? parameters.authorizationUri : undefined],
    ['client_id', challenge.claims === undefined ? undefined : parameters.clientId],
    ['error', challenge.error],
    ['error_description', challenge.errorDescription],
    ['scope', challenge.scope],
    ['claims', claimsInHeader(challenge)],
  ];
  const written = fields.flatMap(([name, value]) => (value ? [`${name}=${quoted(value)}`] : []));
  return `Bearer ${written.join(', ')}`.trimEnd();
}

function claimsInHeader({ claims }: Challenge): string | undefined {
  return claims === undefined || standInBody(claims) ? undefined : Buffer.from(claims).toString('base64');
}

/**
 * A quoted-string that nothing can break out of: RFC 6750 section 3 allows `%x20-21 / %x23-5B / %x5D-7E`
 * in its values, and whatever else came in is replaced.
 */
function quoted(value: string): string {
  return `"${value.replace(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, '?')}"`;
}
