import { ForbiddenException } from '@nestjs/common';
import passport from 'passport';
import { describe, expect, it, vi } from 'vitest';
import type { TokenAcquisitionService } from '../acquisition/token-acquisition.service.js';
import { Assertion } from '../caller/assertion.js';
import { CallerContext } from '../caller/caller-context.js';
import { toEntraUser } from '../caller/entra-user.js';
import { NoUserAssertionError } from '../errors/acquisition.errors.js';
import { InvalidTokenError } from '../errors/token.errors.js';
import type { EntraAuthOptions } from '../options/entra-auth-options.js';
import { resolveOptions } from '../options/resolve-options.js';
import type { AccessTokenValidator } from './access-token.validator.js';
import { CallerAdmission } from './caller-admission.js';
import { JwtStrategy } from './jwt.strategy.js';

const TENANT = '7f3a1c52-0b1e-4f7a-9d43-1c2b3a4d5e6f';
const user = toEntraUser({
  aud: TENANT,
  iss: 'issuer',
  exp: 1,
  ver: '2.0',
  tid: TENANT,
  sub: 'subject',
  oid: TENANT,
  scp: 'access_as_user',
});
const { claims } = user;

function setUp(changes: Partial<EntraAuthOptions> = {}) {
  const options = resolveOptions({
    tenantId: TENANT,
    clientId: TENANT,
    clientCredentials: [{ sourceType: 'ClientSecret', clientSecret: 'secret' }],
    ...changes,
  });
  const context = new CallerContext();
  const prefetch = vi.fn(async () => undefined);
  const prefetched = vi.fn((): object | undefined => undefined);
  const tokens = { prefetch, prefetched } as unknown as TokenAcquisitionService;
  const callerAdmission = new CallerAdmission(options, context, tokens, {} as AccessTokenValidator);
  const strategy = new JwtStrategy();
  Object.assign(strategy, { callerAdmission });
  const request = {};
  const validate = () =>
    context.run(request, () => {
      context.scopeOf(request).caller = { user, assertion: new Assertion('token') };
      return strategy.validate(request, claims);
    });
  return { strategy, validate, prefetch, prefetched, request };
}

describe('JwtStrategy', () => {
  it('gives the user at once, and exchanges nothing without scopes', () => {
    const { validate, prefetch } = setUp();
    expect(validate()).toBe(user);
    expect(prefetch).not.toHaveBeenCalled();
  });

  it('exchanges nothing without scopes, whoever is told of the token', async () => {
    const onTokenValidated = vi.fn();
    const { validate, prefetch } = setUp({ onTokenValidated });
    expect(await validate()).toBe(user);
    expect(onTokenValidated).toHaveBeenCalledTimes(1);
    expect(prefetch).not.toHaveBeenCalled();
  });

  it('exchanges the token for the configured scopes before it gives the user', async () => {
    const { validate, prefetch } = setUp({ scopes: ['api://orders/Read', 'User.Read'] });
    expect(await validate()).toBe(user);
    expect(prefetch.mock.calls).toEqual([[['api://orders/Read', 'User.Read']]]);
    const failure = new Error('no exchange');
    prefetch.mockRejectedValueOnce(failure);
    await expect(validate()).rejects.toBe(failure);
  });

  it('gives the user without a promise when all that is configured is in memory', () => {
    const { validate, prefetch, prefetched } = setUp({ scopes: 'User.Read' });
    prefetched.mockReturnValueOnce({});
    expect(validate()).toBe(user);
    expect(prefetched.mock.calls).toEqual([[['User.Read']]]);
    expect(prefetch).not.toHaveBeenCalled();
  });

  it('tells onTokenValidated, and waits for it before anything is exchanged', async () => {
    const order: string[] = [];
    const onTokenValidated = vi.fn(async () => void order.push('told'));
    const { validate, prefetch, request } = setUp({ scopes: 'User.Read', onTokenValidated });
    prefetch.mockImplementation(async () => void order.push('exchanged'));
    await validate();
    expect(order).toEqual(['told', 'exchanged']);
    expect(onTokenValidated.mock.calls).toEqual([[{ user, claims, request }]]);
  });

  it('refuses whom onTokenValidated refuses: with its own answer, or as a rejected token', async () => {
    const thrown: { error: unknown } = { error: new ForbiddenException() };
    const { validate, prefetch } = setUp({
      scopes: 'User.Read',
      onTokenValidated: () => {
        throw thrown.error;
      },
    });
    await expect(validate()).rejects.toBe(thrown.error);
    thrown.error = new Error('no such member');
    const refused = validate();
    await expect(refused).rejects.toThrow(InvalidTokenError);
    await expect(refused).rejects.toMatchObject({
      code: 'token_rejected',
      reason: 'onTokenValidated threw "Error: no such member"',
      cause: thrown.error,
    });
    expect(prefetch).not.toHaveBeenCalled();
  });

  it('works inside JwtAuthGuard alone', () => {
    const { strategy } = setUp();
    const validate = () => strategy.validate({}, claims);
    expect(validate).toThrow(
      new NoUserAssertionError('JwtStrategy.validate() was called outside JwtAuthGuard'),
    );
  });

  it('leaves the constructor to its subclasses', () => {
    expect(JwtStrategy).toHaveLength(0);
    expect(Reflect.getMetadata('design:paramtypes', JwtStrategy)).toEqual([]);
  });

  it('has a name of its own, and no place in the registry of the process', () => {
    const names = [setUp(), setUp()].map(({ strategy }) => (strategy as unknown as { name: string }).name);
    for (const name of names) expect(name).toMatch(/^entra-[0-9a-f-]{36}$/);
    expect(new Set(names).size).toBe(2);
    const registry = passport as unknown as { _strategy(name: string): unknown };
    for (const name of [...names, 'jwt']) expect(registry._strategy(name)).toBeUndefined();
  });
});
