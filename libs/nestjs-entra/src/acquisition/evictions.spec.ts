import { describe, expect, it } from 'vitest';
import { Evictions } from './evictions.js';
import type { TokenRequest } from './token-request.js';

const of = (key: string, userId: string) => ({ key, userId }) as TokenRequest;

describe('Evictions', () => {
  it('are counted, by key and by user', () => {
    const evictions = new Evictions();
    expect([evictions.count, evictions.latest(of('k', 'u'))]).toEqual([0, 0]);
    evictions.ofKey('k');
    evictions.ofUser('u');
    expect(evictions.count).toBe(2);
    expect(['k', 'x'].map((key) => evictions.latest(of(key, 'v')))).toEqual([1, 0]);
    expect(['u', 'v'].map((user) => evictions.latest(of('k', user)))).toEqual([2, 1]);
  });

  it('a user is no key, whatever the name', () => {
    const evictions = new Evictions();
    evictions.ofUser('k');
    expect(evictions.latest(of('k', 'u'))).toBe(0);
  });

  it('beyond those that are remembered, all that began before counts as overtaken', () => {
    const evictions = new Evictions();
    for (let index = 0; index < 10_001; index++) evictions.ofKey(`k${index}`);
    expect(evictions.latest(of('k0', 'u'))).toBe(1);
    expect(evictions.latest(of('other', 'u'))).toBe(1);
  });
});
