import 'reflect-metadata';
import { describe, expect, it } from 'vitest';
import { AUTH_CONTEXTS_METADATA } from '../auth.constants.js';
import { ConfigurationError } from '../errors/configuration.error.js';
import { RequiredAuthContext } from './required-auth-context.decorator.js';
import { ScopesGuard } from './scopes.guard.js';

const contextsOn = (target: object): unknown => Reflect.getOwnMetadata(AUTH_CONTEXTS_METADATA, target);

/** Decorated by the test itself, for what throws here would fail no test. */
function decorated() {
  @RequiredAuthContext('c1')
  class Base {
    @RequiredAuthContext('c2')
    handler(this: void) {}
  }
  @RequiredAuthContext('c99')
  class Derived extends Base {}
  return { Base, Derived };
}

describe('@RequiredAuthContext', () => {
  it('stands on a class and on a handler, with the guard', () => {
    const { Base } = decorated();
    expect(contextsOn(Base)).toEqual(['c1']);
    expect(contextsOn(Base.prototype.handler)).toEqual(['c2']);
    for (const target of [Base, Base.prototype.handler]) {
      expect(Reflect.getOwnMetadata('__guards__', target)).toEqual([ScopesGuard]);
    }
  });

  it('of a derived class is added to that of its base class', () => {
    expect(contextsOn(decorated().Derived)).toEqual(['c1', 'c99']);
  });

  it.each(['c1', 'c9', 'c10', 'c99'])('takes %s', (id) => {
    expect(RequiredAuthContext(id)).toBeTypeOf('function');
  });

  it.each([
    '',
    'c0',
    'c01',
    'c100',
    'C1',
    'c1 ',
    ' c1',
    'c1,c2',
    'p1',
    'urn:c1',
    'c1\n',
    1,
    null,
    undefined,
    ['c1'],
    {},
  ])('stops the boot for %j, which no token would have', (id) => {
    const decorate = () => RequiredAuthContext(id as string);
    expect(decorate).toThrow(ConfigurationError);
    expect(decorate).toThrow(
      `@RequiredAuthContext was given ${id === undefined ? 'nothing' : JSON.stringify(id)}; give the id of an authentication context, c1 to c99.`,
    );
  });
});
