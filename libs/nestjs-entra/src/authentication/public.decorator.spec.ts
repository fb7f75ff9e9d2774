import 'reflect-metadata';
import { describe, expect, it } from 'vitest';
import { PUBLIC_METADATA } from '../auth.constants.js';
import { Public } from './public.decorator.js';

describe('Public', () => {
  it.each([
    [Public(), true],
    [Public(true), true],
    [Public(false), false],
  ])('says on a class whether it is open', (decorate, isPublic) => {
    class Sample {}
    decorate(Sample);
    expect(Reflect.getMetadata(PUBLIC_METADATA, Sample)).toBe(isPublic);
  });
});
