import { describe, expect, it } from 'vitest';
import { readByGrammar } from './challenge-readers.js';

describe('readByGrammar', () => {
  it('reads what RFC 9110 gives as examples', () => {
    expect(
      readByGrammar('Basic realm="simple", Newauth realm="apps", type=1, title="Login to \\"apps\\""'),
    ).toEqual([
      { scheme: 'Basic', parameters: { realm: 'simple' } },
      { scheme: 'Newauth', parameters: { realm: 'apps', type: '1', title: 'Login to "apps"' } },
    ]);
    expect(readByGrammar('Negotiate abc==, NTLM')).toEqual([
      { scheme: 'Negotiate', parameters: {} },
      { scheme: 'NTLM', parameters: {} },
    ]);
  });

  it.each([
    'Bearer a="x',
    'Bearer a="x" b="y"',
    'a="x"',
    'Bearer a="x", a="y"',
    'Bearer a="\n"',
    '"x"',
    'Bearer (x)',
  ])('refuses %j', (header) => {
    expect(() => readByGrammar(header)).toThrow(SyntaxError);
  });
});
