import 'reflect-metadata';
import type { ExecutionContext } from '@nestjs/common';
import { describe, expect, it, vi } from 'vitest';
import { Assertion } from '../caller/assertion.js';
import { CallerContext } from '../caller/caller-context.js';
import type { RequestScope } from '../caller/request-scope.js';
import type { TokenFlowObserver } from '../caller/token-flow.js';
import { toEntraUser } from '../caller/entra-user.js';
import { AppOnlyCallerError, InsufficientScopeError } from '../errors/authorization.errors.js';
import { ConfigurationError } from '../errors/configuration.error.js';
import { MissingTokenError } from '../errors/token.errors.js';
import { RequiredAppRoles } from './required-app-roles.decorator.js';
import { RequiredAuthContext } from './required-auth-context.decorator.js';
import { RequiredScopes } from './required-scopes.decorator.js';
import { ScopesGuard } from './scopes.guard.js';

class PlainController {
  plain(this: void) {}

  @RequiredScopes('write')
  scoped(this: void) {}
}
@RequiredScopes('read')
class ScopedController {
  plain(this: void) {}

  @RequiredScopes('write')
  scoped(this: void) {}

  @RequiredAppRoles('Admin')
  role(this: void) {}
}
@RequiredAuthContext('c1')
class SteppedUpController {
  @RequiredScopes('write')
  @RequiredAuthContext('c2')
  handler(this: void) {}
}
class InheritingController extends ScopedController {}
const { scoped: plainScoped, plain } = PlainController.prototype;
const { scoped, role } = ScopedController.prototype;

const callerWith = (claims: object) => ({
  user: toEntraUser({ aud: 'a', iss: 'i', exp: 1, ver: '2.0', tid: 't', sub: 's', oid: 'o', ...claims }),
  assertion: new Assertion('token'),
});
const callerOf = (scp: string | undefined, ...roles: string[]) => callerWith({ scp, roles });

/** Asks the guard about a request in whose scope stands what the test puts there. */
function check(
  controller: object,
  handler: () => void,
  caller?: ReturnType<typeof callerOf>,
  scopeOf: (request: object) => object = (request) => request,
  authenticate?: (scope: RequestScope | undefined) => Promise<boolean>,
  observer?: TokenFlowObserver,
  isDecided = true,
): boolean | Promise<boolean> {
  const context = new CallerContext(undefined, observer);
  const request = {};
  const execution = {
    getType: () => 'http',
    getHandler: () => handler,
    getClass: () => controller,
    switchToHttp: () => ({ getRequest: () => request }),
  } as unknown as ExecutionContext;
  const authentication = authenticate && { canActivate: () => authenticate(context.scope) };
  const guard = new ScopesGuard(context, authentication);
  return context.run(scopeOf(request), () => {
    const { scope } = context;
    if (scope && caller) scope.caller = caller;
    if (scope && isDecided) scope.decidedFor = execution;
    return guard.canActivate(execution);
  });
}

describe('ScopesGuard', () => {
  it('tells the flow whom it lets pass, and of nobody else', () => {
    const observer = { opened: vi.fn(), step: vi.fn() };
    const pass = (caller: ReturnType<typeof callerOf>) =>
      check(PlainController, plainScoped, caller, undefined, undefined, observer);
    expect(() => pass(callerOf('read'))).toThrow(InsufficientScopeError);
    expect(observer.step.mock.calls.map(([, step]) => step as object)).not.toContainEqual({
      kind: 'caller_authorized',
    });
    expect(pass(callerOf('write'))).toBe(true);
    expect(observer.step.mock.lastCall?.[1]).toEqual({ kind: 'caller_authorized' });
  });

  it('asks for what stands on the handler and on its class, all of it', () => {
    expect(check(PlainController, plainScoped, callerOf('write'))).toBe(true);
    expect(check(ScopedController, plain, callerOf('read'))).toBe(true);
    expect(check(ScopedController, scoped, callerOf('read write'))).toBe(true);
    expect(check(ScopedController, role, callerOf('read', 'Admin'))).toBe(true);
    for (const scp of ['read', 'write', 'other'])
      expect(() => check(ScopedController, scoped, callerOf(scp))).toThrow(InsufficientScopeError);
    expect(() => check(ScopedController, role, callerOf('other', 'Admin'))).toThrow(InsufficientScopeError);
    expect(() => check(ScopedController, role, callerOf('read'))).toThrow(InsufficientScopeError);
    expect(() => check(ScopedController, plain, callerOf(undefined, 'read'))).toThrow(AppOnlyCallerError);
  });

  it('asks a derived class for what stands on its base', () => {
    expect(check(InheritingController, plain, callerOf('read'))).toBe(true);
    expect(() => check(InheritingController, plain, callerOf('write'))).toThrow(InsufficientScopeError);
  });

  it('refuses where nothing is required, for then it was put there by mistake', () => {
    expect(() => check(PlainController, plain, callerOf('read'))).toThrow(
      new ConfigurationError('ScopesGuard stands on a route without @RequiredScopes() or its like.'),
    );
  });

  it('asks for the authentication contexts of class and handler, after all else', () => {
    const { handler } = SteppedUpController.prototype;
    const capable = { xms_cc: ['cp1'] };
    const asks = (scp: string, ...acrs: string[]) =>
      check(SteppedUpController, handler, callerWith({ ...capable, scp, acrs }));
    expect(asks('write', 'c1', 'c2')).toBe(true);
    for (const [acrs, value] of [
      [['c2'], 'c1'],
      [['c1'], 'c2'],
      [[], 'c1'],
    ] as const) {
      expect(() => asks('write', ...acrs)).toThrow(
        expect.objectContaining({
          claims: `{"access_token":{"acrs":{"essential":true,"value":"${value}"}}}`,
        }) as Error,
      );
    }
    expect(() => asks('read')).toThrow(InsufficientScopeError);
    expect(check(SteppedUpController, plain, callerWith({ scp: 'other', acrs: ['c1'] }))).toBe(true);
  });

  it('refuses where nobody is known, as on a public route', async () => {
    await expect(check(PlainController, plainScoped)).rejects.toThrow(MissingTokenError);
  });

  it('refuses in the scope of another request, whoever is its caller', async () => {
    await expect(check(PlainController, plainScoped, callerOf('write'), () => ({}))).rejects.toThrow(
      MissingTokenError,
    );
  });

  it('has the caller made known first, where no guard before it has done so', async () => {
    const authenticated = (scope: RequestScope | undefined, scp: string) => {
      if (scope) scope.caller = callerOf(scp);
      return Promise.resolve(true);
    };
    await expect(
      check(PlainController, plainScoped, undefined, undefined, (scope) => authenticated(scope, 'write')),
    ).resolves.toBe(true);
    await expect(
      check(PlainController, plainScoped, undefined, undefined, (scope) => authenticated(scope, 'read')),
    ).rejects.toThrow(InsufficientScopeError);
    const failure = new Error('the token is refused');
    await expect(
      check(PlainController, plainScoped, undefined, undefined, () => Promise.reject(failure)),
    ).rejects.toBe(failure);
  });

  it('does not ask again when the caller is known', () => {
    const ask = () => Promise.reject(new Error('asked'));
    expect(check(PlainController, plainScoped, callerOf('write'), undefined, ask)).toBe(true);
  });

  it('asks whether the caller still holds when the decision was made for another handler', async () => {
    const ask = () => Promise.reject(new Error('asked'));
    const caller = callerOf('write');
    await expect(
      check(PlainController, plainScoped, caller, undefined, ask, undefined, false),
    ).rejects.toThrow('asked');
  });

  it('refuses outside every scope', async () => {
    const execution = {
      getType: () => 'http',
      getHandler: () => plainScoped,
      getClass: () => PlainController,
      switchToHttp: () => ({ getRequest: () => ({}) }),
    } as unknown as ExecutionContext;
    await expect(new ScopesGuard(new CallerContext()).canActivate(execution)).rejects.toThrow(
      MissingTokenError,
    );
  });
});
