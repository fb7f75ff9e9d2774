import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../errors/configuration.error.js';
import { downstreamUrl, isBelow } from './downstream-url.js';

const BASE = 'https://api.example/v1';

describe('downstreamUrl', () => {
  it.each([
    ['', 'https://api.example/v1'],
    ['/', 'https://api.example/v1/'],
    ['me', 'https://api.example/v1/me'],
    ['/me/messages/', 'https://api.example/v1/me/messages/'],
    ['/me?$select=id&x=a/../b', 'https://api.example/v1/me?$select=id&x=a/../b'],
    ['/me?a=b?c', 'https://api.example/v1/me?a=b?c'],
    ['?a=b', 'https://api.example/v1?a=b'],
    ['/a//b', 'https://api.example/v1/a//b'],
    ['/drive/root:/folder/file.txt:/content', 'https://api.example/v1/drive/root:/folder/file.txt:/content'],
    ['https:evil.example', 'https://api.example/v1/https:evil.example'],
    ['/files/a%2Fb', 'https://api.example/v1/files/a%2Fb'],
    ['/users/ada@contoso.com', 'https://api.example/v1/users/ada@contoso.com'],
    ['/...', 'https://api.example/v1/...'],
    ['/.well-known/a..b', 'https://api.example/v1/.well-known/a..b'],
    ['/100%25', 'https://api.example/v1/100%25'],
    ['/100%25/%C3%BC%2525ff', 'https://api.example/v1/100%25/%C3%BC%2525ff'],
    ['/a b/ü', 'https://api.example/v1/a%20b/%C3%BC'],
    ['https://api.example/v1/me?$skiptoken=x', 'https://api.example/v1/me?$skiptoken=x'],
    ['HTTPS://API.EXAMPLE:443/v1/me', 'https://api.example/v1/me'],
    ['https://api.example/v1', 'https://api.example/v1'],
  ])('of %j is %s', (path, url) => {
    expect(downstreamUrl(BASE, path).href).toBe(url);
    expect(downstreamUrl(`${BASE}/`, path).href).toBe(url);
  });

  it('adds the query, whatever is in it', () => {
    const query = { $filter: "a eq 'b&c'", list: [1, true], none: undefined, nothing: null, plus: '+' };
    expect(downstreamUrl(BASE, '/me?a=b', query).search).toBe(
      '?a=b&%24filter=a%20eq%20%27b%26c%27&list=1&list=true&plus=%2B',
    );
    expect(downstreamUrl(BASE, '/me', {}).search).toBe('');
  });

  it.each<[string, string]>([
    ['..', 'has a dot segment'],
    ['/../admin', 'has a dot segment'],
    ['/a/../../admin', 'has a dot segment'],
    ['/./a', 'has a dot segment'],
    ['/a/.', 'has a dot segment'],
    ['/%2e%2e/admin', 'has a dot segment'],
    ['/%2E./admin', 'has a dot segment'],
    ['/..%2fadmin', 'has a dot segment'],
    ['/a%2f..%2F..', 'has a dot segment'],
    ['/..%5cadmin', 'has a dot segment'],
    ['/%252e%252e/admin', 'has a dot segment'],
    ['/%25252e%25252e%25252fadmin', 'has a dot segment'],
    ['/%252e%252e/admin/%25', 'has a dot segment'],
    ['/%252e%252e%252fadmin%25', 'has a dot segment'],
    ['/%25/..%252fadmin', 'has a dot segment'],
    ['/%252e%252e%25ff/..%25252fadmin', 'has a dot segment'],
    ['/a%2500%25', 'has an encoded control character'],
    ['/%25c0%25ae%25c0%25ae/admin', 'is not percent-encoded as it should be'],
    [`/%${'25'.repeat(9)}`, 'is not percent-encoded as it should be'],
    ['/..;/admin', 'has a dot segment'],
    ['/..;a=b/admin', 'has a dot segment'],
    ['/..%3b/admin', 'has a dot segment'],
    ['/%20../admin', 'has a dot segment'],
    ['https://api.example/v1/../admin', 'has a dot segment'],
    ['/%c0%ae%c0%ae/admin', 'is not percent-encoded as it should be'],
    ['/100%', 'is not percent-encoded as it should be'],
    ['/a%00', 'has an encoded control character'],
    ['/a%0d%0ab', 'has an encoded control character'],
    ['\\\\evil.example', 'has a backslash, a control character or a fragment'],
    ['/a\\..\\b', 'has a backslash, a control character or a fragment'],
    ['/.\t./a', 'has a backslash, a control character or a fragment'],
    ['/a\n', 'has a backslash, a control character or a fragment'],
    ['/a#b', 'has a backslash, a control character or a fragment'],
    ['/a?b#c', 'has control characters or a fragment'],
    ['/a?b\r\nc', 'has control characters or a fragment'],
    ['//evil.example', 'begins with two slashes'],
    [' /a', 'begins or ends with a space'],
    ['https://evil.example/v1/me', 'is the URL of another place'],
    ['http://api.example/v1/me', 'is the URL of another place'],
    ['https://api.example:8443/v1/me', 'is the URL of another place'],
    ['https://api.example.evil.example/v1/me', 'is the URL of another place'],
    ['https://api.example@evil.example/v1/me', 'is the URL of another place'],
    ['https://user@api.example/v1/me', 'is the URL of another place'],
    ['https://api.example/v2/me', 'is the URL of another place'],
    ['https://api.example/v10', 'is the URL of another place'],
    ['https://api.example', 'is the URL of another place'],
    ['https://', 'is the URL of another place'],
    ['file:///etc/passwd', 'is the URL of another place'],
  ])('refuses %j', (path, what) => {
    expect(() => downstreamUrl(BASE, path)).toThrow(
      new ConfigurationError(
        `The path of a call to a downstream API ${what}; give a path below its baseUrl, with encodeURIComponent() around each value in it.`,
      ),
    );
  });

  const hostile = fc.stringMatching(/^[/\\.%?#@:; \t\n2eEfF5cCa0-]{0,24}$/);
  const path = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.webUrl({ withFragments: true, withQueryParameters: true }),
    fc.webPath(),
    hostile,
    // Few tokens, so that what is encoded twice meets what cannot be decoded.
    fc
      .array(
        fc.constantFrom('/', '..', '%252e', '%2e', '%252f', '%25', '%2525', 'a', ';', '%25ff', '%C3%BC'),
        {
          maxLength: 8,
        },
      )
      .map((parts) => `/${parts.join('')}`),
    fc
      .tuple(fc.constantFrom('https://api.example/v1', 'https://api.example', '//', '/'), hostile)
      .map((parts) => parts.join('')),
  );

  it.each([BASE, 'https://api.example', 'http://127.0.0.1:3001/a/b/'])(
    'never leaves %s, whatever the path, or refuses it',
    (base) => {
      const folder = base.replace(/\/$/, '');
      fc.assert(
        fc.property(path, fc.dictionary(fc.string(), fc.string({ unit: 'binary' })), (text, query) => {
          let url: URL;
          try {
            url = downstreamUrl(base, text, query);
          } catch (error) {
            expect(error).toBeInstanceOf(ConfigurationError);
            return;
          }
          const rest = url.href.slice(folder.length);
          expect(url.href.startsWith(folder) && /^([/?]|$)/.test(rest)).toBe(true);
          expect(url.hash).toBe('');
          // Decoded again and again, as a server may, it still has no way up.
          for (let round = 0, read = url.pathname; round < 12; round += 1, read = leniently(read)) {
            expect(/(^|[/\\])\.\.?([/\\;]|$)/.test(read)).toBe(false);
          }
        }),
        { numRuns: 3_000 },
      );
    },
  );

  it('takes any value in a path that went through encodeURIComponent(), but for the two dot segments', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (value) => {
        fc.pre(!/^\s*\.{1,2}\s*(;|$)/.test(value) && !/[\p{Cc}%/\\]/u.test(value));
        expect(downstreamUrl(BASE, `/items/${encodeURIComponent(value)}/lines`).pathname).toMatch(
          /^\/v1\/items\/[^/]+\/lines$/,
        );
      }),
    );
  });
});

describe('isBelow', () => {
  it.each([
    [BASE, true],
    [`${BASE}/a`, true],
    [`${BASE}?a`, true],
    ['https://api.example/v10', false],
    ['https://api.example/', false],
    ['https://api.example:8443/v1', false],
    ['http://api.example/v1', false],
    ['https://user@api.example/v1', false],
    ['https://:pass@api.example/v1', false],
    ['https://api.example/v1/../v2', false],
  ])('of %s is %s', (url, expected) => {
    expect(isBelow(BASE, new URL(url))).toBe(expected);
    expect(isBelow(`${BASE}/`, new URL(url))).toBe(expected);
  });
});

/** Decodes each ASCII character by itself, so that nothing malformed beside it keeps it as it is. */
function leniently(text: string): string {
  return text.replace(/%[0-7][0-9a-f]/gi, (byte) => String.fromCharCode(parseInt(byte.slice(1), 16)));
}
