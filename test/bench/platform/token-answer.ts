import { randomBytes } from 'node:crypto';
import { API, ISSUER, TENANT_ID } from '../identities.js';

/** Ninety minutes, less a second: Entra's access tokens live 60 to 90. */
const EXPIRES_IN = 5_399;

/** MSAL asks for these beside the scopes of an API; Entra echoes them for Microsoft Graph alone. */
const OIDC_WORDS = new Set(['openid', 'profile', 'email', 'offline_access']);

const accessTokenHead = Buffer.from(JSON.stringify({ typ: 'JWT', alg: 'RS256' })).toString('base64url');
const accessTokenTail = randomBytes(990).toString('base64url');
const refreshToken = `1.${randomBytes(900).toString('base64url')}`;

/**
 * The answer to an exchange on behalf of a user, in Entra's form and size. The access token is new each time
 * and has the length of a real one; no one on this machine ever reads it.
 */
export function tokenAnswer(form: URLSearchParams, serial: number): string {
  const asked = (form.get('scope') ?? '').split(' ');
  const user = payloadOf(form.get('assertion') ?? '');
  const now = Math.floor(Date.now() / 1000);
  return JSON.stringify({
    token_type: 'Bearer',
    scope: asked.filter((scope) => !OIDC_WORDS.has(scope)).join(' '),
    expires_in: EXPIRES_IN,
    ext_expires_in: EXPIRES_IN,
    access_token: `${accessTokenHead}.${encoded({ serial })}${accessTokenTail}`,
    ...(asked.includes('offline_access') && { refresh_token: `${refreshToken}${serial}` }),
    ...(asked.includes('openid') && { id_token: idToken(user, now) }),
    ...(form.get('client_info') === '1' && {
      client_info: encoded({ uid: user['oid'], utid: TENANT_ID }),
    }),
  });
}

function idToken({ oid, sub, name, preferred_username }: Record<string, unknown>, now: number): string {
  const times = { iat: now, nbf: now, exp: now + EXPIRES_IN };
  const identity = { name, oid, preferred_username, sub, tid: TENANT_ID, ver: '2.0' };
  const payload = encoded({ aud: API.clientId, iss: ISSUER, ...times, ...identity });
  return `${accessTokenHead}.${payload}.${accessTokenTail.slice(0, 342)}`;
}

function payloadOf(token: string): Record<string, unknown> {
  const json = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
  return JSON.parse(json) as Record<string, unknown>;
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
