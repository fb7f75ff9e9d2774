import fc from 'fast-check';
import { MalformedAuthorizationError, MissingTokenError } from 'nestjs-entra';
import { describe, expect, it } from 'vitest';
import { bearerToken } from '../../libs/nestjs-entra/src/authentication/bearer-token.js';

const TOKEN_CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/';

/** The one token68 of a header, found letter by letter; `undefined` when it is no single bearer credential. */
function token68(header: string): string | undefined {
  let at = 0;
  for (const [lower, upper] of ['bB', 'eE', 'aA', 'rR', 'eE', 'rR']) {
    if (header[at] !== lower && header[at] !== upper) return undefined;
    at += 1;
  }
  const scheme = at;
  while (header[at] === ' ') at += 1;
  const start = at;
  while (at < header.length && TOKEN_CHARACTERS.includes(header[at]!)) at += 1;
  const padding = at;
  while (header[at] === '=') at += 1;
  return start > scheme && padding > start && at === header.length ? header.slice(start) : undefined;
}

/** What a header gives: its token, or the name of what it throws. */
function read(header: string | string[] | undefined, more: object = {}): string {
  try {
    return `token ${bearerToken({ headers: { authorization: header }, ...more })}`;
  } catch (error) {
    if (error instanceof MissingTokenError) return 'missing';
    if (error instanceof MalformedAuthorizationError) return 'malformed';
    throw error;
  }
}

/** Headers that are nearly right. */
const pieces = fc.oneof(
  fc.constantFrom(
    'Bearer',
    'bearer',
    'BEARER',
    'bEaReR',
    'Basic',
    'Bear',
    'Bearer:',
    '\u212aearer',
    'bearer=',
    '',
  ),
  fc.constantFrom(' ', '  ', '\t', '\u00a0', '\r\n', '\n', '\u0000', '\u2028', ',', ', ', '"', ''),
  fc.string({ unit: fc.constantFrom(...TOKEN_CHARACTERS.split('')), maxLength: 12 }),
  fc.constantFrom('=', '==', '====', 'a.b.c', '%20', '{}', '\u00e9', '\u{1f600}'),
);
const headers = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.array(pieces, { maxLength: 6 }).map((parts) => parts.join('')),
  fc
    .tuple(
      fc.constantFrom('Bearer', 'bearer', 'bEARER'),
      fc.constantFrom(' ', '   '),
      fc.array(pieces, { maxLength: 3 }),
    )
    .map(([scheme, space, parts]) => scheme + space + parts.join('')),
);

describe('bearerToken', () => {
  it('gives exactly one token68 or one of two errors, whatever stands in the header', () => {
    const accepted = { count: 0 };
    fc.assert(
      fc.property(headers, (header) => {
        const expected = token68(header);
        const got = read(header);
        if (expected === undefined) expect(got).toMatch(/^(missing|malformed)$/);
        else {
          expect(got).toBe(`token ${expected}`);
          accepted.count += 1;
        }
      }),
      { numRuns: 10_000 },
    );
    // The property says something of both.
    expect(accepted.count).toBeGreaterThan(300);
  });

  it('calls nothing missing that begins with the scheme and goes on', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }), (rest) => {
        fc.pre(!/^ *$/.test(rest));
        expect(read(`Bearer ${rest}`)).not.toBe('missing');
      }),
      { numRuns: 3_000 },
    );
  });

  it('takes no token out of a request with two Authorization headers, whatever they say', () => {
    const name = fc.constantFrom('authorization', 'Authorization', 'AUTHORIZATION', 'aUTHORIZATION');
    const line = fc.tuple(name, fc.oneof(fc.constant('Bearer abc'), headers)).map((pair) => [...pair]);
    const other = fc
      .tuple(fc.constantFrom('host', 'x-authorization', 'accept'), headers)
      .map((pair) => [...pair]);
    fc.assert(
      fc.property(
        fc.array(other, { maxLength: 3 }),
        line,
        fc.array(other, { maxLength: 3 }),
        line,
        (before, a, between, b) => {
          const rawHeaders = [...before, a, ...between, b].flat();
          for (const more of [{ rawHeaders }, { raw: { rawHeaders } }])
            expect(read(a[1], more)).toBe('malformed');
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('needs no more of a request than it may have', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.constant(undefined), headers, fc.array(headers, { maxLength: 3 })),
        fc.record({ url: fc.string(), query: fc.jsonValue(), body: fc.jsonValue() }, { requiredKeys: [] }),
        fc.oneof(fc.constant('application/x-www-form-urlencoded'), fc.string()),
        (authorization, more, type) => {
          const request = { headers: { authorization, 'content-type': type }, ...more };
          try {
            expect(typeof bearerToken(request)).toBe('string');
          } catch (error) {
            expect([MissingTokenError.name, MalformedAuthorizationError.name]).toContain(
              (error as Error).constructor.name,
            );
          }
        },
      ),
      { numRuns: 3_000 },
    );
  });
});
