import { describe, expect, it } from 'vitest';
import { logLine, quoteForLog, quoteThrown, wordsForLog } from './log-text.js';

describe('quoteForLog', () => {
  it.each<[unknown, string]>([
    ['text', '"text"'],
    [undefined, 'missing'],
    [null, 'null'],
    [7, '7'],
    [['a', 1], '["a",1]'],
    [{ a: 'b' }, '{"a":"b"}'],
    ['say "x"', '"say \\"x\\""'],
    [() => undefined, 'function'],
  ])('quotes %j as %s', (value, text) => {
    expect(quoteForLog(value)).toBe(text);
  });

  it.each(['a\r\nb', 'a\u0000b', 'a\u001b[31mb', 'a\u2028b', 'a\u0085b', 'aéb', 'a\u{1f600}b'])(
    'lets nothing through that could break a line or paint a terminal: %j',
    (value) => {
      expect(quoteForLog(value)).toMatch(/^[\x20-\x7e]+$/);
    },
  );

  it('puts one mark for each letter that it leaves out', () => {
    expect(quoteForLog('a\u0085b\u00e9\u{1f600}')).toBe('"a?b???"');
  });

  it('keeps it short', () => {
    expect(quoteForLog('x'.repeat(118))).toBe(`"${'x'.repeat(118)}"`);
    expect(quoteForLog('x'.repeat(119))).toBe(`"${'x'.repeat(116)}...`);
    expect(quoteForLog('x'.repeat(100_000))).toHaveLength(120);
  });
});

const JWT = `eyJhbGciOiJSUzI1NiJ9.${'eyJvaWQiOiJjYW5hcnkifQ'.repeat(3)}.c2lnbmF0dXJl`;

/** Every text that leaves this file for a log. */
const TEXTS = {
  logLine,
  quoteForLog,
  wordsForLog,
  quoteThrown: (text: string) => quoteThrown(new Error(text)),
};

describe.each(Object.entries(TEXTS))('%s', (_name, textOf) => {
  it.each([
    ['a line end', 'a\r\n401 token_expired: forged'],
    ['an escape sequence', 'a\u001b[2J\u001b]0;title\u0007'],
    ['a C1 control', 'a\u009b31m'],
    ['a line separator', 'a\u2028b\u2029c\u0085d'],
    ['a change of direction', 'a\u202eb\u2066c\u200f'],
    ['a lone surrogate', 'a\ud800b'],
    ['a null', 'a\u0000b'],
  ])('is one line without control characters: %s', (_what, text) => {
    const line = textOf(text);
    expect(line).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    expect(line).toContain('a');
  });

  it.each([
    ['a token', `failed with ${JWT} today`, 'canary'],
    ['a header', `Authorization: Bearer ${'canary'.repeat(6)}`, 'canary'],
    ['a secret of a form', 'POST client_id=1&client_secret=canary~1 failed', 'canary'],
    ['an assertion of a form', 'client_assertion=canary.canary&assertion=canary', 'canary'],
  ])('hides %s', (_what, text, canary) => {
    expect(textOf(text)).toContain('(hidden)');
    expect(textOf(text)).not.toContain(canary);
    expect(textOf(text)).not.toContain('eyJvaWQ');
  });

  it('takes no longer than a moment for megabytes, and is short', () => {
    for (const piece of ['x', 'eyJ', 'Bearer ', 'eyJhbGciOi.', '\n', '"', 'password=', ' \u2028']) {
      const text = Buffer.from(piece.repeat(1_000_000)).toString();
      const before = performance.now();
      const line = textOf(text);
      expect(performance.now() - before).toBeLessThan(500);
      expect(line.length).toBeLessThanOrEqual(2_000);
    }
  });
});

describe('logLine', () => {
  it('keeps the words of a sentence, in any language', () => {
    expect(logLine('Zugriff für "Anaïs" abgelehnt: 読めません')).toBe(
      'Zugriff für "Anaïs" abgelehnt: 読めません',
    );
    expect(logLine('one\n  - two\n  - three')).toBe('one - two - three');
  });
});

describe('wordsForLog', () => {
  it.each([
    ['access_as_user Files.Read', 'access_as_user Files.Read'],
    ['2026-03-07 21:02:35Z', '2026-03-07 21:02:35Z'],
    ['a; the token has "b"', '"a; the token has \\"b\\""'],
    ['', '""'],
    [' a', '" a"'],
  ])('writes %j as %s', (text, written) => {
    expect(wordsForLog(text)).toBe(written);
  });
});

describe('quoteThrown', () => {
  const unreadable = new Error('x');
  Object.defineProperty(unreadable, 'message', {
    get: () => {
      throw new Error('canary');
    },
  });

  it.each<[string, () => unknown, string]>([
    ['an error', () => new TypeError('no such member'), '"TypeError: no such member"'],
    ['a text', () => 'text', '"text"'],
    ['nothing', () => undefined, 'missing'],
    ['null', () => null, 'null'],
    ['a BigInt', () => 7n, 'a bigint that is not JSON'],
    ['a symbol', () => Symbol('canary'), 'symbol'],
    ['an object without a prototype', () => Object.create(null), 'an object'],
    ['an object with members', () => ({ toString: () => 'canary', password: 'canary' }), 'an object'],
    ['an error whose message throws', () => unreadable, 'an error that cannot be read'],
  ])('reads %s without running into it', (_what, thrown, text) => {
    expect(quoteThrown(thrown())).toBe(text);
  });
});
