import { describe, expect, it } from 'vitest';
import { toEntraUser } from '../caller/entra-user.js';
import { AppOnlyCallerError, InsufficientScopeError } from '../errors/authorization.errors.js';
import { checkRequirement, type Requirement } from './requirement.js';

const token = { aud: 'a', iss: 'i', exp: 1, ver: '2.0', tid: 't', sub: 's', oid: 'o' } as const;
const user = (scp: string, ...roles: string[]) => toEntraUser({ ...token, idtyp: 'user', scp, roles });
const application = (...roles: string[]) => toEntraUser({ ...token, idtyp: 'app', roles });

const anyOf = (...scopes: string[]): Requirement => ({
  scopes,
  allScopes: false,
  roles: [],
  rolesOf: 'anyone',
});
const allOf = (...scopes: string[]): Requirement => ({ ...anyOf(...scopes), allScopes: true });
const roles = (...names: string[]): Requirement => ({ ...anyOf(), roles: names });
const either: Requirement = {
  scopes: ['Read'],
  allScopes: false,
  roles: ['Reader'],
  rolesOf: 'applications',
};

describe('checkRequirement', () => {
  it.each<[string, Requirement, ReturnType<typeof user>]>([
    ['one of the scopes', anyOf('Read', 'Write'), user('Other Write')],
    ['every scope', allOf('Read', 'Write'), user('Write Read Other')],
    ['a role of the user', roles('Admin', 'Reader'), user('Read', 'Reader')],
    ['a role of the application', roles('Reader'), application('Reader')],
    ['scopes or roles: a user with the scope', either, user('Read')],
    ['scopes or roles: an application with the role', either, application('Reader')],
  ])('lets pass: %s', (_what, requirement, caller) => {
    expect(() => checkRequirement(requirement, caller)).not.toThrow();
  });

  it.each<[string, Requirement, ReturnType<typeof user>, readonly string[]]>([
    ['none of the scopes', anyOf('Read', 'Write'), user('Other'), ['Read', 'Write']],
    ['no scope at all', anyOf('Read'), user(''), ['Read']],
    ['not every scope', allOf('Read', 'Write'), user('Read'), ['Read', 'Write']],
    ['a scope in other letters, for scopes compare exactly', anyOf('Read'), user('read'), ['Read']],
    ['a scope that only begins alike', anyOf('Read'), user('Read.All'), ['Read']],
    ['a role where a scope is needed', anyOf('Read'), user('', 'Read'), ['Read']],
    ['a scope where a role is needed', roles('Reader'), user('Reader'), []],
    ['an application without the role', roles('Reader'), application('Other'), []],
    ['scopes or roles: a user with the role alone', either, user('Other', 'Reader'), ['Read']],
    ['scopes or roles: an application without the role', either, application('Other'), ['Read']],
  ])('refuses: %s', (_what, requirement, caller, scopes) => {
    expect(() => checkRequirement(requirement, caller)).toThrow(InsufficientScopeError);
    expect(() => checkRequirement(requirement, caller)).toThrow(expect.objectContaining({ scopes }) as Error);
  });

  it.each<[string, Requirement]>([
    ['one of some scopes', anyOf('Read')],
    ['every scope', allOf('Read')],
  ])('tells an application that a user is needed: %s', (_what, requirement) => {
    expect(() => checkRequirement(requirement, application('Read'))).toThrow(AppOnlyCallerError);
  });

  it('no scopes to have, all of them, is nothing that a caller meets', () => {
    const requirement: Requirement = { ...roles('Reader'), allScopes: true };
    expect(() => checkRequirement(requirement, user('Read'))).toThrow(InsufficientScopeError);
    expect(() => checkRequirement(requirement, user('Read', 'Reader'))).not.toThrow();
  });

  it('says for the log what is needed and what is there', () => {
    expect(() => checkRequirement(anyOf('Read', 'Write'), user('Other', 'Reader'))).toThrow(
      expect.objectContaining({ reason: 'The route needs Read Write; the token has Other Reader' }) as Error,
    );
    expect(() => checkRequirement(anyOf('Read'), user(''))).toThrow(
      expect.objectContaining({ reason: 'The route needs Read; the token has none' }) as Error,
    );
    expect(() => checkRequirement(anyOf('Read', 'Write'), application('Reader'))).toThrow(
      expect.objectContaining({
        reason: 'The route needs a user with the scopes Read Write; the caller is an application',
      }) as Error,
    );
  });
});
