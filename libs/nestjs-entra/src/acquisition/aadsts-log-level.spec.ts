import { Logger } from '@nestjs/common';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  AssertionRejectedError,
  ClaimsChallengeError,
  ClientCredentialError,
  ConsentRequiredError,
  IdentityPlatformUnavailableError,
  InteractionRequiredError,
} from '../errors/acquisition.errors.js';
import { AppOnlyCallerError } from '../errors/authorization.errors.js';
import { ConfigurationError } from '../errors/configuration.error.js';
import { aadstsAdvice } from './aadsts-catalogue.js';
import { acquisitionLogLevel } from './aadsts-log-level.js';
import { TokenAcquirer } from './token-acquirer.js';

describe('acquisitionLogLevel', () => {
  it.each([
    ['a token that expired', 'debug', new AssertionRejectedError('m', { aadsts: 500133 })],
    ['a step-up', 'debug', new ClaimsChallengeError('{}', 'm', { aadsts: 50076 })],
    ['a sign-in that grew too old', 'debug', new InteractionRequiredError('m', { aadsts: 70043 })],
    ['consent of the user', 'warn', new ConsentRequiredError([], '', 'm', { aadsts: 65001 })],
    ['consent of an administrator', 'error', new ConsentRequiredError([], '', 'm', { aadsts: 90094 })],
    ['an audience of ours that is not', 'error', new AssertionRejectedError('m', { aadsts: 500131 })],
    ['a wrong secret', 'error', new ClientCredentialError('m', { aadsts: 7000215 })],
    ['a loop', 'warn', new IdentityPlatformUnavailableError('m', { platform: { aadsts: 50196 } })],
  ])('goes by the AADSTS number: %s is %s', (_what, level, error) => {
    expect(acquisitionLogLevel(error)).toBe(level);
  });

  it.each([
    ['warn', new AssertionRejectedError('m', { aadsts: 99999999 })],
    ['warn', new InteractionRequiredError('m')],
    ['warn', new IdentityPlatformUnavailableError('m')],
    ['warn', new AppOnlyCallerError()],
    ['error', new ClientCredentialError('m', { aadsts: 99999999 })],
    ['error', new ConfigurationError('m')],
    ['error', new TypeError('m')],
    ['error', 'no error at all'],
  ])('goes by the class where the number says nothing: %s for %s', (level, error) => {
    expect(acquisitionLogLevel(error)).toBe(level);
  });

  it('is error when the application itself was refused, whatever the number says of users', () => {
    expect(aadstsAdvice(53003)?.level).toBe('warn');
    expect(acquisitionLogLevel(new ClientCredentialError('m', { aadsts: 53003 }))).toBe('error');
  });

  it('is the level of the number that an app-only caller has', () => {
    expect(acquisitionLogLevel(new AppOnlyCallerError())).toBe(aadstsAdvice(7000114)?.level);
  });
});

describe('TokenAcquirer', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it.each([
    ['debug', new InteractionRequiredError('refused', { aadsts: 50173 })],
    ['warn', new IdentityPlatformUnavailableError('refused')],
    ['error', new ClientCredentialError('refused', { aadsts: 7000222 })],
  ] as const)('writes one line, at level %s', async (level, error) => {
    const lines: string[] = [];
    for (const name of ['debug', 'warn', 'error'] as const) {
      vi.spyOn(Logger.prototype, name).mockImplementation(
        (line: string) => void lines.push(`${name} ${line}`),
      );
    }
    const acquirer = new TokenAcquirer({ maxBytes: 1024, expiryBufferSeconds: 300 });
    const request = {
      key: 'key',
      holder: 'holder',
      scopes: ['api://orders/Read'],
      names: new Set(['read']),
      tenantId: 'tenant',
      userId: 'ada',
      assertionId: 'assertion',
      assertionExpiresAt: Infinity,
      exchange: () => Promise.reject(error),
    };
    await expect(
      acquirer.acquire(request, { correlationId: '11111111-2222-4333-8444-555555555555' }),
    ).rejects.toBe(error);
    await acquirer.close();
    expect(lines).toEqual([
      `${level} No token for api://orders/Read in tenant tenant (correlation id 11111111-2222-4333-8444-555555555555): ${error.code}: refused`,
    ]);
  });
});
