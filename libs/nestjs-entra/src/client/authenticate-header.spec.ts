import { describe, expect, it } from 'vitest';
import { authenticationChallenges } from './authenticate-header.js';

const read = (header: string) =>
  authenticationChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);

describe('authenticationChallenges', () => {
  it.each<[string, string, unknown]>([
    ['one challenge', 'Bearer realm="a", error="b"', [['bearer', { realm: 'a', error: 'b' }]]],
    ['a scheme alone', 'Negotiate', [['negotiate', {}]]],
    [
      'several, in one header',
      'Negotiate, Basic realm="x, y", Bearer claims="e30="',
      [
        ['negotiate', {}],
        ['basic', { realm: 'x, y' }],
        ['bearer', { claims: 'e30=' }],
      ],
    ],
    [
      'token68, and what follows it',
      'NTLM TlRMTVNTUAA=, Bearer a="1"',
      [
        ['ntlm', {}],
        ['bearer', { a: '1' }],
      ],
    ],
    [
      'values that are tokens',
      'Bearer max_age=300,realm=abc',
      [['bearer', { max_age: '300', realm: 'abc' }]],
    ],
    ['spaces around the equals sign', 'Bearer realm = "a"', [['bearer', { realm: 'a' }]]],
    ['quoted pairs', String.raw`Bearer realm="a\"b\\c"`, [['bearer', { realm: 'a"b\\c' }]]],
    ['any letter case', 'BEARER Error="x"', [['bearer', { error: 'x' }]]],
    [
      'a comma in a value',
      'Bearer error_description="a, error=b"',
      [['bearer', { error_description: 'a, error=b' }]],
    ],
    ['an empty value', 'Bearer realm="", error="x"', [['bearer', { realm: '', error: 'x' }]]],
    ['the first of two', 'Bearer error="a", error="b"', [['bearer', { error: 'a' }]]],
    ['empty list elements', ', ,Bearer a="1",, b="2",', [['bearer', { a: '1', b: '2' }]]],
    [
      'a name of Object.prototype',
      'Bearer __proto__="x"',
      [['bearer', Object.fromEntries([['__proto__', 'x']])]],
    ],
  ])('reads %s', (_what, header, expected) => {
    expect(read(header)).toEqual(expected);
  });

  it.each(['', ' ', ',', '"', '=', 'realm="a"', '=="', '\u0000', '(', 'é'])('finds none in %j', (header) => {
    expect(read(header).flatMap(([, parameters]) => Object.keys(parameters as object))).toEqual([]);
  });

  it.each(['"', 'a', 'a ', 'a=', 'a="', '\\', 'a="\\', ',', ' ', '\t', 'a b=', 'Bearer a="x'])(
    'takes linear time for %j again and again',
    (part) => {
      const started = performance.now();
      authenticationChallenges(part.repeat(Math.ceil(200_000 / part.length)));
      expect(performance.now() - started).toBeLessThan(1_000);
    },
  );
});
