import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseStrictJson } from './strict-json.js';

describe('parseStrictJson', () => {
  it.each([
    '{}',
    '[]',
    'null',
    '"text"',
    '{"a":1,"b":{"a":1,"b":["a","a"]},"c":[{"a":1},{"a":2}]}',
    '{"a":"a","b":"a","c":"{\\"a\\":1,\\"a\\":2}"}',
    '{"a":{"x":1,"X":2}}',
    '{"a":"\\\\","b":"\\""}',
    '["a","a"]',
  ])('parses %s as JSON.parse does', (text) => {
    expect(parseStrictJson(text)).toEqual(JSON.parse(text));
  });

  it.each([
    ['twice with the same value', '{"a":1,"a":1}'],
    ['twice with another value', '{"tid":"one","x":[{}],"tid":"two"}'],
    ['twice, once in escapes', '{"tid":1,"t\\u0069d":2}'],
    ['twice in other letters', '{"tid":1,"TID":2}'],
    ['twice in an object inside', '{"a":{"b":1,"b":2}}'],
    ['twice in a list inside', '{"a":[1,{"b":1,"c":[],"b":2}]}'],
    ['twice, the empty name', '{"":1,"":2}'],
    ['twice behind a text with quotation marks', '{"a":"\\",\\"b\\":1","b":1,"b":2}'],
    ['twice with white space between', '{ "a" : 1 ,\n "a" : 2 }'],
    ['__proto__ twice', '{"__proto__":1,"__proto__":2}'],
  ])('refuses a member that is named %s', (_how, text) => {
    expect(() => parseStrictJson(text)).toThrow(SyntaxError);
  });

  it('compares names in lower case, as the lists of other parsers do', () => {
    // Alike in upper case alone.
    expect(parseStrictJson('{"tid":1,"t\u0131d":2}')).toEqual({ tid: 1, 't\u0131d': 2 });
    expect(() => parseStrictJson('{"k":1,"\u212a":2}')).toThrow('A member is named twice');
  });

  it.each([
    ['lists', '[', ']'],
    ['objects', '{"a":', '}'],
  ])('takes %s nested 64 deep, and no deeper', (_what, open, close) => {
    const nested = (depth: number) => `${open.repeat(depth)}1${close.repeat(depth)}`;
    expect(parseStrictJson(nested(64))).toEqual(JSON.parse(nested(64)));
    for (const depth of [65, 5_000])
      expect(() => parseStrictJson(nested(depth))).toThrow(new SyntaxError('It is nested too deep'));
  });

  it('counts what is open, not what there is', () => {
    const wide = `[${Array.from({ length: 200 }, () => '[{}]').join()}]`;
    expect(parseStrictJson(wide)).toEqual(JSON.parse(wide));
  });

  it.each(['', '{', '{"a":1', '{"a":1}x', "{'a':1}", '{"a":1,}'])('refuses what is no JSON: %j', (text) => {
    expect(() => parseStrictJson(text)).toThrow(SyntaxError);
  });

  it('parses whatever JSON.stringify writes', () => {
    // Names that differ, also without regard to case, at the outermost level.
    const value = fc.uniqueArray(fc.tuple(fc.string(), fc.jsonValue()), {
      selector: ([name]) => name.toLowerCase(),
      maxLength: 5,
    });
    fc.assert(
      fc.property(value, (entries) => {
        const text = JSON.stringify(Object.fromEntries(entries));
        expect(parseStrictJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });
});
