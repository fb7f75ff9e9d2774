import 'reflect-metadata';
import { describe, expect, it } from 'vitest';
import { REQUIREMENTS_METADATA } from '../auth.constants.js';
import { ConfigurationError } from '../errors/configuration.error.js';
import { RequiredAppRoles, RequiredScopesOrAppRoles } from './required-app-roles.decorator.js';
import { RequiredScopes } from './required-scopes.decorator.js';
import type { RouteDecorator } from './requirement.decorator.js';
import { ScopesGuard } from './scopes.guard.js';

const GUARDS_METADATA = '__guards__';
const requirementsOn = (target: object): unknown => Reflect.getOwnMetadata(REQUIREMENTS_METADATA, target);
const guardsOn = (target: object): unknown => Reflect.getOwnMetadata(GUARDS_METADATA, target);

describe('what the decorators require', () => {
  it.each<[string, () => RouteDecorator, object]>([
    [
      '@RequiredScopes',
      () => RequiredScopes('a', 'b'),
      { scopes: ['a', 'b'], allScopes: false, roles: [], rolesOf: 'anyone' },
    ],
    [
      '@RequiredScopes.all',
      () => RequiredScopes.all('a', 'b'),
      { scopes: ['a', 'b'], allScopes: true, roles: [], rolesOf: 'anyone' },
    ],
    [
      '@RequiredAppRoles',
      () => RequiredAppRoles('A', 'B'),
      { scopes: [], allScopes: false, roles: ['A', 'B'], rolesOf: 'anyone' },
    ],
    [
      '@RequiredScopesOrAppRoles',
      () => RequiredScopesOrAppRoles({ scopes: ['a'], roles: ['A'] }),
      { scopes: ['a'], allScopes: false, roles: ['A'], rolesOf: 'applications' },
    ],
  ])('%s, on a class and on a handler, with the guard', (_name, decoratorOf, requirement) => {
    const decorate = decoratorOf();
    class Sample {
      handler(this: void) {}
    }
    const { handler } = Sample.prototype;
    decorate(Sample);
    decorate(Sample.prototype, 'handler', Object.getOwnPropertyDescriptor(Sample.prototype, 'handler') ?? {});
    for (const target of [Sample, handler]) {
      expect(requirementsOn(target)).toEqual([requirement]);
      expect(guardsOn(target)).toEqual([ScopesGuard]);
    }
  });

  const of = (scopes: string[], roles: string[]) => ({ scopes, allScopes: false, roles, rolesOf: 'anyone' });

  it('adds up, under one guard', () => {
    @RequiredScopes('b')
    @RequiredAppRoles('C')
    class Sample {}
    expect(requirementsOn(Sample)).toEqual([of([], ['C']), of(['b'], [])]);
    expect(guardsOn(Sample)).toEqual([ScopesGuard]);
  });

  it('of a derived class are added to those of its base class, which stays as it was', () => {
    @RequiredScopes('a')
    class Base {}
    @RequiredScopes('b')
    class Derived extends Base {}
    expect(requirementsOn(Derived)).toEqual([of(['a'], []), of(['b'], [])]);
    expect(requirementsOn(Base)).toEqual([of(['a'], [])]);
    expect(guardsOn(Derived)).toContain(ScopesGuard);
  });
});

describe('what the decorators refuse at once', () => {
  it.each<[string, () => unknown]>([
    ['@RequiredScopes was given nothing', () => RequiredScopes()],
    ['@RequiredScopes.all was given nothing', () => RequiredScopes.all()],
    ['@RequiredAppRoles was given nothing', () => RequiredAppRoles()],
    [
      '@RequiredScopesOrAppRoles was given nothing',
      () => RequiredScopesOrAppRoles({ scopes: [], roles: [] }),
    ],
    ['@RequiredScopes was given ["a b"]', () => RequiredScopes('a b')],
    ['@RequiredScopes was given ["a",""]', () => RequiredScopes('a', '')],
    ['@RequiredScopes was given [null]', () => RequiredScopes(undefined as unknown as string)],
    ['@RequiredScopes was given [["a"]]', () => RequiredScopes(['a'] as unknown as string)],
    ['@RequiredScopes was given [7]', () => RequiredScopes(7 as unknown as string)],
    ['@RequiredScopes was given ["a\\"b"]', () => RequiredScopes('a"b')],
    ['@RequiredScopes was given ["a\\\\b"]', () => RequiredScopes('a\\b')],
    ['@RequiredScopes was given [" a"]', () => RequiredScopes(' a')],
    ['@RequiredScopes was given ["a\\n"]', () => RequiredScopes('a\n')],
    ['@RequiredScopes.all was given ["é"]', () => RequiredScopes.all('é')],
    ['@RequiredAppRoles was given ["A B"]', () => RequiredAppRoles('A B')],
    [
      '@RequiredScopesOrAppRoles was given ["a","A B"]',
      () => RequiredScopesOrAppRoles({ scopes: ['a'], roles: ['A B'] }),
    ],
  ])('%s', (sentence, decorate) => {
    expect(decorate).toThrow(
      new ConfigurationError(
        `${sentence}; name scopes or roles as they stand in the token, one string each.`,
      ),
    );
  });

  it.each(['a', 'A.B-c_d', 'api://x/Read', '!#[]^~', '.default'])(
    'takes %j, which a scope may be',
    (scope) => {
      expect(() => RequiredScopes(scope)).not.toThrow();
    },
  );
});
