import { describe, expect, it } from 'vitest';
import { readChallenge } from './read-challenge.js';

const CLAIMS = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';
const base64 = (text: string) => Buffer.from(text).toString('base64');

const answer = (challenge: string | undefined, body: unknown = {}) =>
  new Response(typeof body === 'string' ? body : JSON.stringify(body), {
    status: 401,
    headers: challenge === undefined ? {} : { 'WWW-Authenticate': challenge },
  });
const NOTHING = { error: undefined, claims: undefined, scopes: [], consentUri: undefined };

describe('readChallenge', () => {
  it('gives the claims to ask for, decoded', async () => {
    const header = `Bearer realm="api", error="insufficient_claims", claims="${base64(CLAIMS)}"`;
    expect(await readChallenge(answer(header))).toEqual({
      ...NOTHING,
      error: 'insufficient_claims',
      claims: CLAIMS,
    });
  });

  it('gives the scopes to ask for, of the API', async () => {
    const header = 'Bearer realm="api", error="insufficient_scope", scope="orders.read orders.write"';
    expect(await readChallenge(answer(header))).toEqual({
      ...NOTHING,
      error: 'insufficient_scope',
      scopes: ['api/orders.read', 'api/orders.write'],
    });
  });

  it('gives the address to consent at, and not the scopes of other APIs', async () => {
    const header = 'Bearer realm="api", error="insufficient_scope", scope="User.Read"';
    const consentUri = 'https://login.example/t/oauth2/v2.0/authorize?client_id=api';
    expect(await readChallenge(answer(header, { consentUri }))).toEqual({
      ...NOTHING,
      error: 'insufficient_scope',
      consentUri,
    });
  });

  it.each(['api://orders/Read', 'https://graph.microsoft.com/User.Read'])(
    'asks for no scope of another API where the body is lost: %s',
    async (scope) => {
      expect(await readChallenge(answer(`Bearer realm="api", scope="${scope}"`, ''))).toEqual(NOTHING);
    },
  );

  it.each(['javascript:alert(1)', 'http://login.example', 'data:text/html,x', '//login.example', 7, null])(
    'takes no other address than one of https: %j',
    async (consentUri) => {
      expect((await readChallenge(answer('Bearer realm="api"', { consentUri })))?.consentUri).toBeUndefined();
    },
  );

  it('says that something is asked where no token was sent', async () => {
    expect(await readChallenge(answer('Bearer realm="api", authorization_uri="https://l"'))).toEqual(NOTHING);
  });

  it.each([undefined, '', 'Basic realm="x"', 'Negotiate', 'realm="x"'])(
    'asks for nothing: %j',
    async (header) => {
      expect(await readChallenge(answer(header))).toBeUndefined();
    },
  );

  it('finds the claims among other challenges', async () => {
    const header = `Negotiate abc==, Bearer realm="proxy", PoP nonce="x", Bearer realm="api", claims="${base64(CLAIMS)}"`;
    expect((await readChallenge(answer(header)))?.claims).toBe(CLAIMS);
  });

  it.each<[string, string]>([
    ['padded', base64(CLAIMS)],
    ['unpadded', base64(CLAIMS).replaceAll('=', '')],
    ['in the alphabet for addresses', Buffer.from(`{"a":"ÿ?>"}`).toString('base64url')],
  ])('reads base64 %s', async (_what, claims) => {
    const expected = Buffer.from(claims, 'base64').toString();
    expect((await readChallenge(answer(`Bearer claims="${claims}"`)))?.claims).toBe(expected);
  });

  it('reads claims beyond ASCII byte for byte', async () => {
    const claims = '{ "a" : "ü\u{1f600}",\n"b":[]}';
    expect((await readChallenge(answer(`Bearer claims="${base64(claims)}"`)))?.claims).toBe(claims);
  });

  it.each<[string, string]>([
    ['no base64', '{}'],
    ['no JSON', base64('capolids')],
    ['no object', base64('["a"]')],
    ['null', base64('null')],
    ['no UTF-8', Buffer.from('{"a":"\xff"}', 'latin1').toString('base64')],
    ['behind a byte-order mark', base64('\ufeff{}')],
    ['empty', ''],
  ])('has no claims when they are %s', async (_what, claims) => {
    expect(await readChallenge(answer(`Bearer claims="${claims}"`))).toEqual(NOTHING);
  });

  it.each(['', 'no JSON', 'null', '[]', '"text"'])('is not disturbed by a body of %j', async (body) => {
    expect(await readChallenge(answer('Bearer error="invalid_token"', body))).toEqual({
      ...NOTHING,
      error: 'invalid_token',
    });
  });

  it('leaves the body to be read, and reads one that is used up as none', async () => {
    const response = answer('Bearer realm="api"', { code: 'x' });
    await readChallenge(response);
    expect(await response.json()).toEqual({ code: 'x' });
    expect(await readChallenge(response)).toEqual(NOTHING);
  });

  const LARGE = JSON.stringify({ access_token: { acrs: { essential: true, values: ['c1'.repeat(2_000)] } } });

  it.each([
    ['as JSON text', LARGE],
    ['as base64', base64(LARGE)],
  ])('reads claims in the body that are too large for the header, %s', async (_how, claims) => {
    const header = 'Bearer realm="api", error="insufficient_claims"';
    expect(await readChallenge(answer(header, { claims }))).toEqual({
      ...NOTHING,
      error: 'insufficient_claims',
      claims: LARGE,
    });
  });

  it('goes by the header where both have claims', async () => {
    const header = `Bearer realm="api", error="insufficient_claims", claims="${base64(CLAIMS)}"`;
    expect((await readChallenge(answer(header, { claims: LARGE })))?.claims).toBe(CLAIMS);
  });

  it.each([7, null, [], {}, '', 'x', '[]', '{', 'eyJ', '"{}"'])(
    'takes no other claims: %j',
    async (claims) => {
      const header = 'Bearer realm="api", error="insufficient_claims"';
      expect((await readChallenge(answer(header, { claims })))?.claims).toBeUndefined();
    },
  );

  it('takes nothing of the body of an answer that challenges nobody', async () => {
    expect(await readChallenge(answer(undefined, { claims: LARGE }))).toBeUndefined();
  });
});
