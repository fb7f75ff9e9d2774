import { describe, expect, it } from 'vitest';
import { withoutOuterSlashes, withoutTrailingSlashes } from './without-slashes.js';

describe('withoutTrailingSlashes, withoutOuterSlashes', () => {
  it.each([
    ['', '', ''],
    ['/', '', ''],
    ['///', '', ''],
    ['a', 'a', 'a'],
    ['/a/b//', '/a/b', 'a/b'],
    ['//a', '//a', 'a'],
  ])('of %j are %j and %j', (text, trailing, outer) => {
    expect([withoutTrailingSlashes(text), withoutOuterSlashes(text)]).toEqual([trailing, outer]);
  });
});
