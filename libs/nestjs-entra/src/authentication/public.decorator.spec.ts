import 'reflect-metadata';
import { describe, expect, it } from 'vitest';
import { PUBLIC_METADATA } from '../auth.constants.js';
import { ConfigurationError } from '../errors/configuration.error.js';
import { Public } from './public.decorator.js';

describe('Public', () => {
  it.each<[decorate: ReturnType<typeof Public>, opening: unknown]>([
    [Public(), true],
    [Public(true), true],
    [Public(false), false],
    [Public({}), true],
    [Public({ optional: false }), true],
    [Public({ optional: true }), 'optional'],
  ])('says on a class whether it is open', (decorate, opening) => {
    class Sample {}
    decorate(Sample);
    expect(Reflect.getMetadata(PUBLIC_METADATA, Sample)).toBe(opening);
  });

  it.each<unknown>([null, 'optional', 0, { optional: 'true' }, { optional: null }, { optinal: true }])(
    'throws for %j instead of opening the route',
    (given) => {
      expect(() => Public(given as boolean)).toThrow(ConfigurationError);
    },
  );

  it('ignores an option that is only inherited', () => {
    class Sample {}
    Public(Object.create({ optional: true }) as object)(Sample);
    expect(Reflect.getMetadata(PUBLIC_METADATA, Sample)).toBe(true);
  });
});
