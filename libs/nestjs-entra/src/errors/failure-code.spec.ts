import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { failureCode, inParentheses } from './failure-code.js';
import { foreignCause } from './foreign-cause.js';

const coded = (code: string, message = 'canary') => Object.assign(new Error(message), { code });
const named = (name: string) => Object.assign(new Error('canary'), { name });

describe('failureCode', () => {
  it.each([
    ['of an error itself', coded('ECONNREFUSED'), 'ECONNREFUSED'],
    ['of the cause of fetch', new TypeError('fetch failed', { cause: coded('ENOTFOUND') }), 'ENOTFOUND'],
    [
      'innermost',
      new Error('x', { cause: Object.assign(coded('UND_ERR_SOCKET'), { cause: coded('ECONNRESET') }) }),
      'ECONNRESET',
    ],
    [
      'of the first address that was tried',
      new TypeError('x', { cause: new AggregateError([coded('EHOSTUNREACH'), coded('ECONNREFUSED')]) }),
      'EHOSTUNREACH',
    ],
    [
      'of TLS',
      new Error('x', { cause: coded('UNABLE_TO_VERIFY_LEAF_SIGNATURE') }),
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    ],
    ['or a telling name', named('ConnectionTimeoutError'), 'ConnectionTimeoutError'],
    ['or nothing', new TypeError('fetch failed'), undefined],
    ['or nothing for what is no error', 'canary', undefined],
  ])('is the code %s', (_what, error, code) => {
    expect(failureCode(error)).toBe(code);
    // What the library keeps of an error still has it.
    if (code !== undefined && code === code.toUpperCase())
      expect(failureCode(foreignCause(error))).toBe(code);
  });

  it.each(['canary of a secret', 'https://x/?sig=canary', 'CANARY\n', `C${'A'.repeat(200)}`, 'canary'])(
    'is never a text that could hold something: %j',
    (code) => {
      expect(failureCode(coded(code))).toBeUndefined();
    },
  );

  it('comes to an end with errors that hold each other', () => {
    const one: Error & { errors?: unknown } = new Error('x');
    one.cause = one;
    one.errors = Array.from({ length: 100_000 }, () => one);
    const started = performance.now();
    expect(failureCode(one)).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it('is found in what Node.js itself throws for a name with several addresses', async () => {
    const lookup = (_host: string, _options: unknown, done: (...result: unknown[]) => void) =>
      done(null, [
        { address: '127.0.0.1', family: 4 },
        { address: '127.0.0.2', family: 4 },
      ]);
    const error = await new Promise((resolve) =>
      connect({ host: 'two.example', port: 1, lookup, autoSelectFamily: true } as never).once(
        'error',
        resolve,
      ),
    );
    expect(failureCode(error)).toBe('ECONNREFUSED');
  });
});

describe('inParentheses', () => {
  it('stands behind a text, or is nothing', () => {
    expect([inParentheses('ENOTFOUND'), inParentheses(undefined)]).toEqual([' (ENOTFOUND)', '']);
  });
});
