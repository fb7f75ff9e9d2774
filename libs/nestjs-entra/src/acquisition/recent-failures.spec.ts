import { describe, expect, it } from 'vitest';
import {
  AccessBlockedError,
  AssertionRejectedError,
  ClaimsChallengeError,
  ClientCredentialError,
  ConsentRequiredError,
  IdentityPlatformUnavailableError,
  InteractionRequiredError,
} from '../errors/acquisition.errors.js';
import { AppOnlyCallerError } from '../errors/authorization.errors.js';
import { RecentFailures } from './recent-failures.js';

const NOW = 1_000_000;
const definitive = [
  new ConsentRequiredError([], '', 'said'),
  new ClaimsChallengeError('{}', 'said'),
  new InteractionRequiredError('said'),
  new AccessBlockedError('said'),
  new AssertionRejectedError('said'),
  new AppOnlyCallerError(),
  new ClientCredentialError('said'),
];

describe('RecentFailures', () => {
  it.each(definitive.map((error) => [error.name, error] as const))(
    'remembers %s for five seconds',
    (_name, error) => {
      const failures = new RecentFailures();
      failures.add('key', error, NOW);
      expect(failures.find('key', NOW + 4_999)).toBe(error);
      expect(failures.find('key', NOW + 5_000)).toBeUndefined();
      expect(failures.find('key', NOW)).toBeUndefined();
    },
  );

  it.each([
    ['a platform that is away', new IdentityPlatformUnavailableError('said')],
    ['what nobody expected', new TypeError('said')],
    ['no error', undefined],
  ])('does not remember %s', (_what, error) => {
    const failures = new RecentFailures();
    failures.add('key', error, NOW);
    expect(failures.find('key', NOW)).toBeUndefined();
  });

  it('keeps keys apart, and forgets one when told', () => {
    const failures = new RecentFailures();
    const [one, other] = [new AssertionRejectedError('one'), new AssertionRejectedError('other')];
    failures.add('one', one, NOW);
    failures.add('other', other, NOW);
    expect(failures.find('third', NOW)).toBeUndefined();
    failures.delete('one');
    expect([failures.find('one', NOW), failures.find('other', NOW)]).toEqual([undefined, other]);
  });

  it('does not grow without end', () => {
    const failures = new RecentFailures();
    const error = new AssertionRejectedError('said');
    for (let index = 0; index <= 10_000; index++) failures.add(`key-${index}`, error, NOW);
    expect(failures.find('key-0', NOW)).toBeUndefined();
    expect(failures.find('key-10000', NOW)).toBe(error);
  });
});
