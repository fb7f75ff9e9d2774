import { describe, expect, it } from 'vitest';
import { tokenAnswerFault } from './token-answer.js';

const good = { access_token: 'aA0-._~+/==', token_type: 'Bearer', expires_in: 3599 };

describe('tokenAnswerFault', () => {
  it.each([
    ['what Entra answers', {}],
    ['a token_type in other letters', { token_type: 'bearer' }],
    ['expires_in as text', { expires_in: '3599' }],
    ['the shortest lifetime', { expires_in: 1 }],
    ['28 hours, the longest lifetime of Entra', { expires_in: 28 * 3600 }],
    ['48 hours', { expires_in: 48 * 3600 }],
  ])('finds nothing wrong with %s', (_what, more) => {
    expect(tokenAnswerFault({ ...good, ...more })).toBeUndefined();
  });

  it.each([undefined, null, '', 'text', 7, true, [], [good]])('refuses %j: it is no JSON object', (json) => {
    expect(tokenAnswerFault(json)).toBe('is no JSON object');
  });

  it.each([
    [{ error: 'invalid_grant' }, 'has an error beside status 200'],
    [{ access_token: undefined }, 'has no access_token'],
    [{ access_token: '' }, 'has no access_token'],
    [{ access_token: 7 }, 'has no access_token'],
    [{ access_token: 'a b' }, 'has an access_token with characters that no token has'],
    [{ access_token: 'a\r\nX: y' }, 'has an access_token with characters that no token has'],
    [{ access_token: 'a\n' }, 'has an access_token with characters that no token has'],
    [{ access_token: 'a=b' }, 'has an access_token with characters that no token has'],
    [{ access_token: '=' }, 'has an access_token with characters that no token has'],
    [{ access_token: 'é' }, 'has an access_token with characters that no token has'],
    [{ token_type: undefined }, 'has a token_type that is not Bearer'],
    [{ token_type: 'mac' }, 'has a token_type that is not Bearer'],
    [{ token_type: 'pop' }, 'has a token_type that is not Bearer'],
    [{ token_type: ['Bearer'] }, 'has a token_type that is not Bearer'],
    [{ expires_in: undefined }, 'has no usable expires_in'],
    [{ expires_in: 0 }, 'has no usable expires_in'],
    [{ expires_in: '0' }, 'has no usable expires_in'],
    [{ expires_in: -1 }, 'has no usable expires_in'],
    [{ expires_in: Number.NaN }, 'has no usable expires_in'],
    [{ expires_in: Infinity }, 'has no usable expires_in'],
    [{ expires_in: 1e15 }, 'has no usable expires_in'],
    [{ expires_in: 48 * 3600 + 1 }, 'has no usable expires_in'],
    [{ expires_in: 'soon' }, 'has no usable expires_in'],
    [{ expires_in: '1e3' }, 'has no usable expires_in'],
    [{ expires_in: null }, 'has no usable expires_in'],
    [{ expires_in: [3599] }, 'has no usable expires_in'],
  ])('refuses %o: it %s', (more, fault) => {
    expect(tokenAnswerFault({ ...good, ...more })).toBe(fault);
  });

  it('quotes nothing of the answer', () => {
    expect(tokenAnswerFault({ ...good, access_token: 'canary token' })).not.toContain('canary');
  });
});
