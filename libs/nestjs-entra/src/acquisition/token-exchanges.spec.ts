import { Logger } from '@nestjs/common';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ConsentRequiredError, IdentityPlatformUnavailableError } from '../errors/acquisition.errors.js';
import { RejectionLog } from '../errors/rejection-log.js';
import { CachedTokenFactory } from './cached-token.factory.js';
import { TokenExchanges } from './token-exchanges.js';

const lines: string[] = [];
beforeEach(() => {
  lines.length = 0;
  for (const level of ['debug', 'warn', 'error'] as const) {
    vi.spyOn(Logger.prototype, level).mockImplementation((line: string) => void lines.push(line));
  }
});

const consent = (aadsts: number) => new ConsentRequiredError([], 'https://consent', 'refused', { aadsts });

describe('The log of exchanges that fail', () => {
  it('is limited for each answer and scope, counts the other lines, and hides no first one', async () => {
    const log = new RejectionLog();
    const exchanges = new TokenExchanges(new CachedTokenFactory(0), undefined, log);
    let users = 0;
    const fail = async (error: Error, scope: string) => {
      const user = `user-${++users}`;
      const request = {
        key: user,
        holder: user,
        scopes: [scope],
        names: new Set<string>(),
        tenantId: 'tenant',
        userId: user,
        assertionId: user,
        assertionExpiresAt: Infinity,
        exchange: () => Promise.reject(error),
      };
      await expect(exchanges.run(request, user, user)).rejects.toBe(error);
    };
    for (let count = 0; count < 500; count++) await fail(consent(65001), 'api://orders/Read');
    expect(lines).toHaveLength(10);
    const others = [
      [consent(65001), 'api://files/Read'],
      [consent(90094), 'api://orders/Read'],
      [new IdentityPlatformUnavailableError('refused'), 'api://orders/Read'],
      [new Error('no answer'), 'api://orders/Read'],
    ] as const;
    for (const [error, scope] of others) {
      await fail(error, scope);
      expect(lines.at(-1)).toContain(`(correlation id user-${users})`);
    }
    log.onModuleDestroy();
    expect(lines.slice(14)).toEqual([
      'consent_required AADSTS65001 for api://orders/Read: 490 more lines were suppressed within 10 seconds',
    ]);
  });
});
