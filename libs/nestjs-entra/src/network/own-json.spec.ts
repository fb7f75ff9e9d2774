import { afterEach, describe, expect, it } from 'vitest';
import { tokenAnswerFault } from '../acquisition/token-answer.js';
import { parseOwnJson } from './own-json.js';

const polluted = Object.prototype as Record<string, unknown>;
afterEach(() => {
  for (const name of ['access_token', 'token_type', 'expires_in', 'error']) delete polluted[name];
});

describe('parseOwnJson', () => {
  it('gives what the text holds, at every depth, and nothing of a polluted prototype', () => {
    polluted['access_token'] = 'forged';
    const value = parseOwnJson('{"a":[{"b":1}],"__proto__":{"c":2}}') as Record<string, unknown>;
    expect(value['access_token']).toBeUndefined();
    expect((value['a'] as Record<string, unknown>[])[0]?.['access_token']).toBeUndefined();
    expect(value['c']).toBeUndefined();
    expect(parseOwnJson('null')).toBeNull();
    expect(() => parseOwnJson('{')).toThrow(SyntaxError);
  });

  it('makes a token answer that a polluted prototype cannot complete or spoil', () => {
    Object.assign(polluted, { access_token: 'forged', token_type: 'Bearer', expires_in: 3600 });
    expect(tokenAnswerFault(parseOwnJson('{}'))).toBe('has no access_token');
    polluted['error'] = 'server_error';
    const good = '{"access_token":"a","token_type":"Bearer","expires_in":3600}';
    expect(tokenAnswerFault(parseOwnJson(good))).toBeUndefined();
  });
});
