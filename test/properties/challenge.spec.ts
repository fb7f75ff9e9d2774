import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  challengeHeader,
  standInBody,
  type Challenge,
} from '../../libs/nestjs-entra/src/errors/challenge.js';
import { challengeOf } from '../support/tokens.js';

/** Text with everything that could end a header, a quoted-string or a challenge. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc
    .array(
      fc.constantFrom(
        '"',
        '\\',
        '\r\n',
        '\r',
        '\n',
        '\u0000',
        ', ',
        'Bearer ',
        'error="x"',
        '\u0085',
        '\u2028',
        '\u{1f600}',
        '\ud800',
        'a',
      ),
      {
        maxLength: 20,
      },
    )
    .map((parts) => parts.join('')),
);
const field = fc.option(text, { nil: undefined });
const challenges = fc.record({ error: field, errorDescription: field, scope: field, claims: field });
const status = fc.constantFrom(400, 401, 403);

/** What RFC 6750 section 3 lets through, one letter for one letter. */
const cleaned = (value: string): string =>
  Array.from({ length: value.length }, (_, index) => {
    const code = value.charCodeAt(index);
    return code >= 0x20 && code <= 0x7e && code !== 0x22 && code !== 0x5c ? value[index] : '?';
  }).join('');

describe('challengeHeader', () => {
  it('is one well-formed Bearer challenge, whatever goes in', () => {
    fc.assert(
      fc.property(challenges, text, text, status, (challenge, clientId, authorizationUri, code) => {
        const header = challengeHeader(challenge as Challenge, { clientId, authorizationUri }, code);
        expect(header).toMatch(/^Bearer(?: [\x20-\x7e]+)?$/);
        const expected: Record<string, string> = {};
        const put = (name: string, value: string | undefined): void => {
          if (value) expected[name] = cleaned(value);
        };
        put('realm', clientId);
        if (code === 401) put('authorization_uri', authorizationUri);
        if (challenge.claims !== undefined) put('client_id', clientId);
        put('error', challenge.error);
        put('error_description', challenge.errorDescription);
        put('scope', challenge.scope);
        const { claims, ...others } = challengeOf(header);
        expect(others).toEqual(expected);
        const inHeader = standInBody(challenge.claims) ? '' : (challenge.claims ?? '');
        expect(Buffer.from(claims ?? '', 'base64')).toEqual(Buffer.from(inHeader));
      }),
      { numRuns: 1_000 },
    );
  });

  it('carries every claims request that a header has room for byte for byte, in padded standard base64', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 2 }), fc.integer({ min: 0, max: 2 }), (value, indent) => {
        const claims = JSON.stringify({ access_token: value }, null, indent);
        const header = challengeHeader(
          { error: 'insufficient_claims', claims },
          { clientId: 'c', authorizationUri: 'u' },
          401,
        );
        const { claims: sent } = challengeOf(header);
        const size = Math.ceil(Buffer.byteLength(claims) / 3) * 4;
        expect([size, sent === undefined]).toEqual([size, size > 1_600]);
        if (sent === undefined) return;
        expect(sent).toMatch(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/);
        expect(Buffer.from(sent, 'base64').toString()).toBe(claims);
      }),
      { numRuns: 1_000 },
    );
  });
});
