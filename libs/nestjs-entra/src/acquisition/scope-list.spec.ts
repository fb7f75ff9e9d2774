import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../errors/configuration.error.js';
import { scopeList } from './scope-list.js';

describe('scopeList', () => {
  it.each<[string | string[], string]>([
    ['User.Read Mail.Read', 'User.Read Mail.Read'],
    [['User.Read', 'Mail.Read'], 'User.Read Mail.Read'],
    [[], ''],
  ])('of %j', (scopes, text) => {
    expect(scopeList(scopes)).toBe(text);
  });

  it.each<[unknown, string]>([
    [undefined, 'missing'],
    [null, 'null'],
    [42, '42'],
    [{ scopes: 'User.Read' }, '{"scopes":"User.Read"}'],
    [['User.Read', undefined], '["User.Read",null]'],
    [['User.Read', 42], '["User.Read",42]'],
    [[['User.Read']], '[["User.Read"]]'],
  ])('refuses %j', (scopes, shown) => {
    const refused = () => scopeList(scopes as string);
    expect(refused).toThrow(
      new ConfigurationError(
        `scopes is ${shown}; give a scope of the downstream API, or a list of scopes, such as ["User.Read"].`,
      ),
    );
  });
});
