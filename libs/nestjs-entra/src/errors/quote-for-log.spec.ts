import { describe, expect, it } from 'vitest';
import { quoteForLog } from './quote-for-log.js';

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
