import { describe, expect, it } from 'vitest';
import { UserKeys } from './user-keys.js';

describe('UserKeys', () => {
  it('gives the keys of one user, each once', () => {
    const keys = new UserKeys();
    for (const key of ['one', 'one', 'two', 'three', 'two']) keys.add('ada', key);
    keys.add('grace', 'four');
    expect(keys.of('ada')).toEqual(['one', 'two', 'three']);
    expect(keys.of('grace')).toEqual(['four']);
    expect(keys.of('nobody')).toEqual([]);
  });

  it('forgets a user with the last key, whatever the order', () => {
    const keys = new UserKeys();
    for (const key of ['one', 'two', 'three']) keys.add('ada', key);
    keys.add('grace', 'four');
    for (const key of ['two', 'one', 'two']) keys.remove('ada', key);
    expect(keys.of('ada')).toEqual(['three']);
    keys.remove('ada', 'three');
    keys.remove('grace', 'four');
    keys.remove('grace', 'four');
    expect(keys.size).toBe(0);
  });

  it('keeps the key of a user when another key is removed', () => {
    const keys = new UserKeys();
    keys.add('ada', 'one');
    keys.remove('ada', 'two');
    expect(keys.of('ada')).toEqual(['one']);
  });
});
