import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ADAPTERS } from '../../support/nest-app.js';
import { claims, claimsWith, forge, rsaKey } from '../support/forge.js';
import { Platform } from '../support/platform.js';
import { expectRefused, type TokenCode } from '../support/refusal.js';
import { useTarget } from '../support/target.js';

const key = rsaKey();
const NOW = 1_800_000_000;
const at = (exp: unknown, nbf: unknown = NOW - 900, iat: unknown = NOW - 300): string =>
  forge(key, { payload: claims({ exp, nbf, iat }) });
const written = (name: string, json: string): string => forge(key, { payload: claimsWith(name, json) });

/** What no time is, as JSON. */
const noTimes: readonly string[] = [
  'null',
  'true',
  'false',
  '""',
  `"${NOW + 600}"`,
  '"2099-01-01T00:00:00Z"',
  '"canary"',
  '"Infinity"',
  `[${NOW + 600}]`,
  '[]',
  '{}',
  `{"valueOf":${NOW + 600}}`,
  '1e999',
  '-1e999',
  '1e308',
  '-1',
  '0',
  '-0',
  '-1.5e9',
  `${(NOW + 600) * 1000}`,
  '253402300800000',
  '9007199254740993',
  '1e11',
];

describe.each(ADAPTERS)('The lifetime of a token, on %s', (adapter) => {
  beforeAll(() => void vi.useFakeTimers({ toFake: ['Date'], now: NOW * 1000 }));
  afterAll(() => void vi.useRealTimers());
  const platform = new Platform(key);
  const usual = useTarget(adapter, { platform });
  const strict = useTarget(adapter, { platform, options: { clockSkewSeconds: 0 } });
  const tolerant = useTarget(adapter, { platform, options: { clockSkewSeconds: 300 } });
  const good = (): string => at(NOW + 3_600);

  it.each(['exp', 'nbf', 'iat'].flatMap((name) => noTimes.map((json) => [name, json])))(
    '%s is no time: %s',
    async (name, json) => {
      await expectRefused(usual, written(name!, json!), 'token_lifetime', good());
    },
  );

  it.each<[what: string, code: TokenCode, token: () => string]>([
    ['no exp', 'token_lifetime', () => at(undefined)],
    [
      'EXP instead of exp',
      'token_lifetime',
      () => forge(key, { payload: claims({ exp: undefined, EXP: NOW + 600 }) }),
    ],
    ['nbf after exp', 'token_lifetime', () => at(NOW + 10, NOW + 11)],
    ['over since yesterday', 'token_expired', () => at(NOW - 86_400, NOW - 90_000)],
    ['over since 1970', 'token_expired', () => at(1, 1)],
    ['over, and not begun', 'token_lifetime', () => at(NOW - 100, NOW + 100)],
    ['issued tomorrow', 'token_not_yet_valid', () => at(NOW + 90_000, NOW - 300, NOW + 86_400)],
    ['begins tomorrow', 'token_not_yet_valid', () => at(NOW + 90_000, NOW + 86_400)],
  ])('is refused: %s (%s)', async (_what, code, token) => {
    await expectRefused(usual, token(), code, good());
  });

  it.each([
    [0, () => strict],
    [60, () => usual],
    [300, () => tolerant],
  ] as const)('ends and begins exactly with a skew of %i seconds', async (skew, target) => {
    expect((await target().get(at(NOW - skew + 1))).status).toBe(200);
    await expectRefused(target(), at(NOW - skew), 'token_expired', good());
    await expectRefused(target(), at(NOW - skew - 1), 'token_expired', good());
    expect((await target().get(at(NOW + 600, NOW + skew))).status).toBe(200);
    await expectRefused(target(), at(NOW + 600, NOW + skew + 1), 'token_not_yet_valid', good());
    expect((await target().get(at(NOW + 600, NOW, NOW + skew))).status).toBe(200);
    await expectRefused(target(), at(NOW + 600, NOW, NOW + skew + 1), 'token_not_yet_valid', good());
  });

  it('counts fractions, and takes the forms in which JSON writes numbers', async () => {
    expect((await strict.get(at(NOW + 0.5))).status).toBe(200);
    await expectRefused(strict, at(NOW - 0.5), 'token_expired', good());
    await expectRefused(strict, at(NOW + 600, NOW + 0.5), 'token_not_yet_valid', good());
    for (const json of [`${NOW + 600}.0`, `${(NOW + 600) / 1e9}e9`, `${NOW + 600}E0`])
      expect((await usual.get(written('exp', json))).status).toBe(200);
  });

  it('a token of Entra’s longest life (28 hours) is fine, and so is one without nbf and iat', async () => {
    expect((await usual.get(at(NOW + 28 * 3_600))).status).toBe(200);
    expect(
      (await usual.get(forge(key, { payload: claims({ nbf: undefined, iat: undefined }) }))).status,
    ).toBe(200);
  });

  it('an expired token is everyday business for the log, and its answer names no time', async () => {
    const [line] = await expectRefused(usual, at(NOW - 100), 'token_expired', good());
    expect(line).toMatch(/^debug 401 token_expired: exp was 100 seconds ago\b/);
  });
});
