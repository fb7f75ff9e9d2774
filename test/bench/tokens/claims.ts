import { createHash } from 'node:crypto';
import { API, CLIENT_ID, ISSUER, TENANT_ID } from '../identities.js';

/** A week, so that the signatures can be kept between runs. */
export const LIFETIME_SECONDS = 7 * 24 * 3600;

/** Header and payload of the access token of user number `index`, base64url, with the claims that Entra issues. */
export function signedPartOf(index: number, kid: string, issuedAt: number): string {
  return `${encoded({ typ: 'JWT', alg: 'RS256', kid })}.${encoded(claimsOf(index, issuedAt))}`;
}

function claimsOf(index: number, issuedAt: number): object {
  // What looks random in a token of Entra is made from the number of the user, to be the same in every run.
  const seed = createHash('sha512').update(String(index)).digest();
  const hex = seed.toString('hex');
  const text = seed.toString('base64url');
  const guid = (at: number) =>
    `${hex.slice(at, at + 8)}-${hex.slice(at, at + 4)}-4${hex.slice(at, at + 3)}-8${hex.slice(at, at + 3)}-${hex.slice(at, at + 12)}`;
  return {
    aud: API.clientId,
    iss: ISSUER,
    iat: issuedAt,
    nbf: issuedAt,
    exp: issuedAt + LIFETIME_SECONDS,
    aio: `AYQAe/8${text}=`,
    azp: CLIENT_ID,
    azpacr: '0',
    name: `User ${index} of the benchmark`,
    oid: guid(0),
    preferred_username: `user${index}@contoso.example`,
    rh: `1.${text.slice(0, 44)}.`,
    scp: 'access_as_user',
    sid: guid(16),
    sub: text.slice(0, 43),
    tid: TENANT_ID,
    uti: text.slice(40, 62),
    ver: '2.0',
    xms_ftd: text.slice(10, 70),
  };
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
