import { describe, expect, it } from 'vitest';
import { UnknownKids, WITHDRAWN } from './unknown-kids.js';

describe('UnknownKids', () => {
  it('keeps the number of the fetch that a key was asked for first with', () => {
    const kids = new UnknownKids();
    expect([kids.firstAsked('a', 3), kids.firstAsked('a', 5)]).toEqual([3, 3]);
    kids.forget('a');
    expect(kids.firstAsked('a', 5)).toBe(5);
    kids.withdraw('a');
    expect(kids.firstAsked('a', 6)).toBe(WITHDRAWN);
  });

  it('remembers at most a thousand keys, and drops the one that was not asked for the longest', () => {
    const kids = new UnknownKids();
    for (let kid = 0; kid < 1_000; kid++) kids.firstAsked(`kid-${kid}`, 1);
    kids.firstAsked('kid-0', 2);
    kids.firstAsked('one more', 2);
    for (let kid = 0; kid < 5_000; kid++) kids.withdraw(`withdrawn-${kid}`);
    expect(kids.size).toBe(1_000);
    expect(kids.firstAsked('kid-0', 3)).toBe(3);
  });
});
