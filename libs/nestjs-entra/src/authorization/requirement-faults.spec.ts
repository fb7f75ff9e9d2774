import 'reflect-metadata';
import { UseGuards } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { Public } from '../authentication/public.decorator.js';
import { RequiredScopesOrAppRoles } from './required-app-roles.decorator.js';
import { RequiredAuthContext } from './required-auth-context.decorator.js';
import { RequiredScopes } from './required-scopes.decorator.js';
import { requirementFaults } from './requirement-faults.js';
import { ScopesGuard } from './scopes.guard.js';

const OTHER_GUARD = { canActivate: () => true };

class Plain {
  open(this: void) {}

  @UseGuards(ScopesGuard, OTHER_GUARD)
  guarded(this: void) {}

  @UseGuards(new ScopesGuard(undefined as never))
  guardedByInstance(this: void) {}

  @UseGuards(OTHER_GUARD)
  guardedByOther(this: void) {}

  @RequiredScopes('Read', 'Write')
  scoped(this: void) {}

  @RequiredAuthContext('c1')
  steppedUp(this: void) {}

  @Public()
  @RequiredScopesOrAppRoles({ scopes: ['Read'], roles: ['Admin'] })
  @RequiredAuthContext('c1')
  both(this: void) {}

  @RequiredScopes('api://orders/Read')
  qualified(this: void) {}
}

@UseGuards(ScopesGuard)
class Guarded {}

@Public()
class Open {
  @RequiredScopes('Read')
  scoped(this: void) {}

  @Public(false)
  @RequiredScopes('Read')
  closed(this: void) {}
}

const { open, guarded, guardedByInstance, guardedByOther, scoped, steppedUp, both, qualified } =
  Plain.prototype;
const UNUSED =
  'GET /a has ScopesGuard and no requirement; name one with @RequiredScopes() or its like, which put the guard in place by themselves.';

describe('requirementFaults', () => {
  it.each([
    ['nothing at all', Plain, open],
    ['a guard of the application', Plain, guardedByOther],
    ['scopes', Plain, scoped],
    ['an authentication context', Plain, steppedUp],
    ['scopes that the handler closes again', Open, Open.prototype.closed],
  ])('finds none in %s', (_what, controller, handler) => {
    expect(requirementFaults(controller, handler, 'GET /a')).toEqual([]);
  });

  it.each([
    ['on the handler', Plain, guarded],
    ['on the handler, as an instance', Plain, guardedByInstance],
    ['on the class', Guarded, open],
  ])('finds ScopesGuard without a requirement %s', (_where, controller, handler) => {
    expect(requirementFaults(controller, handler, 'GET /a')).toEqual([UNUSED]);
  });

  it.each([
    ['on the handler', Plain, both, 'Read, Admin, c1'],
    ['on the class', Open, Open.prototype.scoped, 'Read'],
  ])('finds a requirement of a route that is @Public %s', (_where, controller, handler, names) => {
    expect(requirementFaults(controller, handler, 'GET /a')).toEqual([
      `GET /a is @Public and requires ${names}; a public route has no caller who could have them: remove one of the two.`,
    ]);
  });

  it('finds a scope with its resource, which no token has', () => {
    expect(requirementFaults(Plain, qualified, 'GET /a')).toEqual([
      'GET /a requires api://orders/Read; tokens name a scope without its resource: require Read.',
    ]);
  });
});
