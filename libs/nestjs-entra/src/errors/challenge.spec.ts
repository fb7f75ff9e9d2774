import { describe, expect, it } from 'vitest';
import { challengeHeader, type Challenge } from './challenge.js';

const parameters = { clientId: 'client', authorizationUri: 'https://login.example/t/oauth2/v2.0/authorize' };

const header = (challenge: Challenge, status = 401) => challengeHeader(challenge, parameters, status);

describe('challengeHeader', () => {
  it('names realm and authorization_uri, and no error, when no token came', () => {
    expect(header({})).toBe(
      'Bearer realm="client", authorization_uri="https://login.example/t/oauth2/v2.0/authorize"',
    );
  });

  it('names error and description of a refused token', () => {
    expect(header({ error: 'invalid_token', errorDescription: 'The token has expired' })).toBe(
      'Bearer realm="client", authorization_uri="https://login.example/t/oauth2/v2.0/authorize", error="invalid_token", error_description="The token has expired"',
    );
  });

  it('sends claims as padded standard base64 with client_id beside them', () => {
    const claims = '{"access_token":{"capolids":{"essential":true,"values":["ü?>"]}}}';
    const value = header({ error: 'insufficient_claims', claims });
    const sent = /claims="([^"]*)"/.exec(value)?.[1] ?? '';
    expect(value).toContain('client_id="client", error="insufficient_claims"');
    expect(sent).toMatch(/^[A-Za-z0-9+/]+={0,2}$/);
    expect(sent.length % 4).toBe(0);
    expect(Buffer.from(sent, 'base64').toString()).toBe(claims);
  });

  it.each([
    [401, true],
    [403, false],
    [400, false],
  ])('with status %i has an authorization_uri: %s', (status, has) => {
    expect(header({ error: 'insufficient_scope' }, status).includes('authorization_uri=')).toBe(has);
  });

  it('names the scopes that would do', () => {
    expect(header({ error: 'insufficient_scope', scope: 'a b' }, 403)).toBe(
      'Bearer realm="client", error="insufficient_scope", scope="a b"',
    );
  });

  it('leaves out what is empty', () => {
    expect(header({ scope: '', errorDescription: '' }, 403)).toBe('Bearer realm="client"');
  });

  it.each(['a"b', 'a\\b', 'a\r\nSet-Cookie: x=1', 'a\u0000b', 'a\u007fb', 'aéb', 'a\u{1f600}b'])(
    'lets nothing break out of a quoted-string: %j',
    (scope) => {
      const value = header({ scope }, 403);
      expect(value).toMatch(/^Bearer realm="client", scope="[\x20\x21\x23-\x5b\x5d-\x7e]*"$/);
      expect(value).toContain('?');
    },
  );
});
