import { expect } from 'vitest';
import { challengeOf } from '../../support/tokens.js';
import { API } from './identities.js';
import type { Reply } from './connection.js';
import type { Target } from './target.js';

/** The one sentence that a caller may read, by code. */
const SENTENCES = {
  token_malformed: 'The access token is not a well-formed JSON Web Token',
  token_too_large: 'The access token is too large',
  token_type: 'The token is not an access token for this API',
  token_algorithm: 'The access token is not signed with RS256',
  token_header: 'The access token has a header that is not allowed',
  token_key: 'The access token is signed with an unknown key',
  token_signature: 'The signature of the access token is not valid',
  token_version: 'The version of the access token is not supported',
  token_issuer: 'The issuer of the access token is not accepted',
  token_tenant: 'The tenant of the access token is not accepted',
  token_audience: 'The access token is meant for another audience',
  token_expired: 'The access token has expired',
  token_not_yet_valid: 'The access token is not valid yet',
  token_lifetime: 'The times of the access token are not valid',
  token_subject: 'The access token does not identify its subject',
  token_client_application: 'The client application is not accepted',
  token_no_permission: 'The access token holds neither a scope nor a role',
} as const;

export type TokenCode = keyof typeof SENTENCES;

/** Headers that an adapter sends of its own accord. */
const USUAL_HEADERS = new Set([
  'access-control-expose-headers',
  'cache-control',
  'connection',
  'content-length',
  'content-type',
  'date',
  'etag',
  'keep-alive',
  'retry-after',
  'vary',
  'www-authenticate',
  'x-powered-by',
]);

/** Responses that say who may do what. */
const UNSTORABLE = new Set([401, 403, 503]);

const authorizationUri = (target: Target): string =>
  `https://login.microsoftonline.com/${target.tenant}/oauth2/v2.0/authorize`;

/** Nothing of a request stands in its answer: no part of the token, and nothing that a test marked as canary. */
export function expectNoEcho(reply: Reply, token: string): void {
  const parts = token.split('.').filter((part) => part.length >= 8);
  expect([...parts, 'canary'].filter((part) => reply.raw.includes(part))).toEqual([]);
  const unusual = reply.headers.filter(
    ([name, value]) => !USUAL_HEADERS.has(name.toLowerCase()) || !/^[\x20-\x7e]*$/.test(value),
  );
  expect(unusual).toEqual([]);
  if (UNSTORABLE.has(reply.status)) expect(reply.header('cache-control')).toBe('no-store');
}

/** Lines that were logged since `from` can be read as lines, and hold no token. */
export function expectCleanLog(target: Target, from: number, token: string): readonly string[] {
  const lines = target.log.slice(from);
  const parts = token.split('.').filter((part) => part.length >= 16);
  const unclean = lines.filter(
    (line) => !/^[\x20-\x7e]*$/.test(line) || parts.some((part) => line.includes(part)),
  );
  expect(unclean).toEqual([]);
  return lines;
}

/** The answer to a token that is not acceptable: 401, the fixed sentence of its code, one challenge, no more. */
export function expectInvalidToken(target: Target, reply: Reply, code: TokenCode): void {
  const sentence = SENTENCES[code];
  expect({ status: reply.status, body: reply.body }).toEqual({
    status: 401,
    body: { statusCode: 401, error: 'Unauthorized', message: sentence, code },
  });
  expect(challengeOf(reply.header('www-authenticate'))).toEqual({
    realm: API.clientId,
    authorization_uri: authorizationUri(target),
    error: 'invalid_token',
    error_description: sentence,
  });
  expect(reply.header('access-control-expose-headers')).toBe('WWW-Authenticate');
}

/** The answer to no token at all. */
export function expectMissing(target: Target, reply: Reply): void {
  expect({ status: reply.status, code: reply.body['code'] }).toEqual({ status: 401, code: 'token_missing' });
  expect(challengeOf(reply.header('www-authenticate'))).toEqual({
    realm: API.clientId,
    authorization_uri: authorizationUri(target),
  });
  expect(reply.header('access-control-expose-headers')).toBe('WWW-Authenticate');
}

/** The answer when nobody can tell whether a token is good. */
export function expectUnavailable(reply: Reply): void {
  expect({ status: reply.status, body: reply.body }).toEqual({
    status: 503,
    body: {
      statusCode: 503,
      error: 'Service Unavailable',
      message: 'The identity platform is not available; try again later',
      code: 'identity_platform_unavailable',
    },
  });
  const seconds = reply.header('retry-after') ?? '';
  expect(seconds).toMatch(/^\d{1,3}$/);
  expect(Number(seconds)).toBeGreaterThanOrEqual(1);
  expect(Number(seconds)).toBeLessThanOrEqual(300);
  expect(reply.header('www-authenticate')).toBeNull();
}

/** The answer to credentials that are no single bearer token. */
export function expectMalformed(reply: Reply): void {
  expect({ status: reply.status, body: reply.body }).toEqual({
    status: 400,
    body: {
      statusCode: 400,
      error: 'Bad Request',
      message: 'The Authorization header is malformed',
      code: 'authorization_malformed',
    },
  });
  expect(challengeOf(reply.header('www-authenticate'))).toEqual({
    realm: API.clientId,
    error: 'invalid_request',
    error_description: 'The Authorization header is malformed',
  });
  expect(reply.header('access-control-expose-headers')).toBe('WWW-Authenticate');
}

/** The answer to a good token that may not do this. */
export function expectForbidden(
  reply: Reply,
  code: 'insufficient_scope' | 'app_only_caller',
  scope?: string,
): void {
  expect({ status: reply.status, code: reply.body['code'] }).toEqual({ status: 403, code });
  const { error_description: description, ...challenge } = challengeOf(reply.header('www-authenticate'));
  expect(description).toMatch(/^[A-Za-z ,;-]+$/);
  expect(challenge).toEqual({
    realm: API.clientId,
    error: 'insufficient_scope',
    ...(scope !== undefined && { scope }),
  });
  expect(reply.header('access-control-expose-headers')).toBe('WWW-Authenticate');
}

/**
 * Sends a token that must be refused, and a good one behind it on the same connection, which must be served. The
 * identity platform is asked for nothing but keys. Gives the lines that were logged.
 */
export async function expectRefused(
  target: Target,
  token: string,
  code: TokenCode,
  good: string,
): Promise<readonly string[]> {
  const { tokenRequests } = target.platform;
  const from = target.log.length;
  const connection = await target.connection();
  const reply = await target.get(token);
  expectInvalidToken(target, reply, code);
  expectNoEcho(reply, token);
  const lines = expectCleanLog(target, from, token);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(new RegExp(`^${code === 'token_expired' ? 'debug' : 'warn'} 401 ${code}: `));
  expect(target.platform.tokenRequests).toBe(tokenRequests);
  expect(
    target.platform.asked.filter(
      (url) => !/^https:\/\/login\.microsoftonline\.com\/.*\/(keys|token|openid-configuration)$/.test(url),
    ),
  ).toEqual([]);
  expect((await target.get(good)).status).toBe(200);
  expect(await target.connection()).toBe(connection);
  return lines;
}
