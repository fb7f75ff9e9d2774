import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { foreignCause } from './foreign-cause.js';

const shownOf = (error: unknown) =>
  inspect(error, { depth: null, showHidden: true, maxStringLength: null, maxArrayLength: null });

describe('foreignCause', () => {
  it('keeps names and codes, those of the cause too', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
    const told = foreignCause(new TypeError('fetch failed', { cause: refused }));
    expect(told.message).toBe('TypeError');
    expect(told.cause).toEqual(new Error('Error ECONNREFUSED'));
  });

  it('keeps nothing else, wherever it stands', () => {
    const error = Object.assign(
      new Error('canary', { cause: Object.assign(new Error('canary'), { code: 'canary 1' }) }),
      {
        name: 'canary: 2',
        code: ['canary'],
        config: { data: 'canary' },
        raw: `${'x'.repeat(20_000)}canary`,
      },
    );
    expect(shownOf(foreignCause(error))).not.toContain('canary');
    expect(foreignCause(error).message).toBe('no Error');
  });

  it.each([undefined, null, 'canary', { message: 'canary', name: 'Canary' }])(
    'takes what is no error: %j',
    (thrown) => {
      expect(foreignCause(thrown)).toEqual(new Error('no Error'));
    },
  );

  it('ends in a chain without an end, and where a getter throws', () => {
    const endless: Error & { cause?: unknown } = new Error('x');
    endless.cause = endless;
    let depth = 0;
    for (let told: unknown = foreignCause(endless); told instanceof Error; told = told.cause) depth++;
    expect(depth).toBe(4);
    const hostile = Object.defineProperty(new Error('x'), 'code', {
      get: () => {
        throw new Error('canary');
      },
    });
    expect(foreignCause(hostile).message).toBe('no Error');
  });
});
