import { describe, expect, it } from 'vitest';
import { AssertionRejectedError, IdentityPlatformUnavailableError } from '../errors/acquisition.errors.js';
import { HoldBack } from './hold-back.js';

const NOW = 1_000_000;
const told = new IdentityPlatformUnavailableError('throttled', {
  retryAfterSeconds: 10,
  platform: { status: 429 },
});

/** What `check` throws; `undefined` when the caller may go on. */
function checked(
  holdBack: HoldBack,
  caller: string,
  now: number,
): IdentityPlatformUnavailableError | undefined {
  try {
    holdBack.check(caller, now);
    return undefined;
  } catch (error) {
    return error as IdentityPlatformUnavailableError;
  }
}

describe('HoldBack', () => {
  it('lets everybody go on to whom nothing was said', () => {
    expect(checked(new HoldBack(), 'ada', NOW)).toBeUndefined();
  });

  it('keeps a caller waiting as long as it was told, with the time that is left', () => {
    const holdBack = new HoldBack();
    holdBack.note('ada', told, NOW);
    expect(checked(holdBack, 'ada', NOW)).toMatchObject({ retryAfterSeconds: 10, platform: { status: 429 } });
    expect(checked(holdBack, 'ada', NOW + 9_999)).toMatchObject({ retryAfterSeconds: 1 });
    expect(checked(holdBack, 'ada', NOW + 10_000)).toBeUndefined();
    expect(checked(holdBack, 'ada', NOW)).toBeUndefined();
  });

  it('keeps nobody else waiting', () => {
    const holdBack = new HoldBack();
    holdBack.note('ada', told, NOW);
    expect(checked(holdBack, 'bob', NOW)).toBeUndefined();
  });

  it.each([
    [
      'a platform that is away and says nothing',
      new IdentityPlatformUnavailableError('down', { platform: { status: 503 } }),
    ],
    ['a refusal', new AssertionRejectedError('said')],
    ['what nobody expected', new TypeError('unexpected')],
  ])('keeps nobody waiting for %s', (_what, error) => {
    const holdBack = new HoldBack();
    holdBack.note('ada', error, NOW);
    expect(checked(holdBack, 'ada', NOW)).toBeUndefined();
  });
});
