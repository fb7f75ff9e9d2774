import fc from 'fast-check';
import { InvalidTokenError } from 'nestjs-entra';
import { describe, expect, it } from 'vitest';
import { parseCompactJws } from '../../libs/nestjs-entra/src/authentication/compact-jws.js';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Bytes of base64url, by arithmetic; `undefined` for every spelling but the one. */
function decoded(part: string): Uint8Array | undefined {
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const letter of part) {
    const value = ALPHABET.indexOf(letter);
    if (value < 0) return undefined;
    held = (held << 6) | value;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((held >> bits) & 0xff);
      held &= (1 << bits) - 1;
    }
  }
  return bits < 6 && held === 0 ? Uint8Array.from(bytes) : undefined;
}

/** The objects in a token, as far as they can be told without the library; `undefined` when it is none. */
function taken(token: string): { header: unknown; payload: unknown } | undefined {
  const parts = token.split('.');
  if (token.length > 16_384 || parts.length !== 3 || parts.includes('')) return undefined;
  const [header, payload, signature] = parts.map(decoded);
  if (!header || !payload || !signature) return undefined;
  const objects = [header, payload].map((bytes) => {
    const text = Buffer.from(bytes).toString('utf8');
    if (!Buffer.from(text).equals(Buffer.from(bytes))) return undefined;
    try {
      const value = JSON.parse(text) as unknown;
      return typeof value === 'object' && !Array.isArray(value) ? value : undefined;
    } catch {
      return undefined;
    }
  });
  return objects[0] && objects[1] ? { header: objects[0], payload: objects[1] } : undefined;
}

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
/** Member names that differ in lower case too; two that do not are another test's matter. */
const objects = fc
  .uniqueArray(fc.tuple(fc.string({ maxLength: 8 }), fc.jsonValue({ maxDepth: 3 })), {
    selector: ([name]) => name.toLowerCase(),
    maxLength: 5,
  })
  .map((members) => Object.fromEntries(members.filter(([name]) => name !== '__proto__')) as object);
const tokens = fc
  .tuple(objects, objects, fc.uint8Array({ minLength: 1, maxLength: 40 }))
  .map(([header, payload, signature]) =>
    [encoded(header), encoded(payload), Buffer.from(signature).toString('base64url')].join('.'),
  );

const letter = fc.oneof(
  fc.constantFrom(...ALPHABET.split('')),
  fc.constantFrom('.', '=', '+', '/', '*', ' ', '\n', '\u0000', '\u00e9', '\u200b', ''),
);
type Mutation = (token: string) => string;
const mutations: fc.Arbitrary<Mutation> = fc
  .tuple(fc.constantFrom('replace', 'insert', 'remove', 'cut', 'double', 'swap'), fc.nat(), letter)
  .map(([kind, position, other]) => (token: string) => {
    const at = token.length === 0 ? 0 : position % token.length;
    const [before, behind] = [token.slice(0, at), token.slice(at)];
    if (kind === 'replace') return before + other + behind.slice(1);
    if (kind === 'insert') return before + other + behind;
    if (kind === 'remove') return before + behind.slice(1);
    if (kind === 'cut') return before;
    if (kind === 'double') return token + behind;
    return behind + before;
  });

function parsed(token: string): { header: unknown; payload: unknown } | undefined {
  try {
    return parseCompactJws(token);
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidTokenError);
    expect((error as InvalidTokenError).code).toBe(
      token.length > 16_384 ? 'token_too_large' : 'token_malformed',
    );
    return undefined;
  }
}

describe('parseCompactJws', () => {
  it('takes every well-formed token apart', () => {
    fc.assert(
      fc.property(tokens, (token) => {
        expect(parsed(token)).toEqual(taken(token));
        expect(parsed(token)).toBeDefined();
      }),
      { numRuns: 1_000 },
    );
  });

  it('takes a changed token apart as a careful reader would, or refuses it', () => {
    fc.assert(
      fc.property(tokens, fc.array(mutations, { minLength: 1, maxLength: 3 }), (token, changes) => {
        const changed = changes.reduce((text, change) => change(text), token);
        const got = parsed(changed);
        const expected = taken(changed);
        // Members that are named twice, or alike, are refused on top of what the oracle refuses.
        if (got !== undefined || expected === undefined) expect(got).toEqual(expected);
      }),
      { numRuns: 5_000 },
    );
  });

  it('throws nothing else over arbitrary text', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 20 }), { maxLength: 6 }), (parts) => {
        const token = parts.join('.');
        if (taken(token) === undefined) expect(parsed(token)).toBeUndefined();
      }),
      { numRuns: 1_000 },
    );
  });

  it('knows one spelling of the same bytes', () => {
    fc.assert(
      fc.property(tokens, fc.nat(2), fc.integer({ min: 1, max: 63 }), (token, which, bits) => {
        const parts = token.split('.');
        const part = parts[which]!;
        parts[which] = part.slice(0, -1) + ALPHABET[ALPHABET.indexOf(part.slice(-1)) ^ bits];
        const alias = parts.join('.');
        fc.pre(Buffer.from(parts[which]!, 'base64url').equals(Buffer.from(part, 'base64url')));
        expect(parsed(alias)).toBeUndefined();
      }),
      { numRuns: 1_000 },
    );
  });
});
