import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ValidatedTokenCache,
  type ValidatedToken,
} from '../../libs/nestjs-entra/src/authentication/validated-token.cache.js';
import { Assertion } from '../../libs/nestjs-entra/src/caller/assertion.js';

const NOW = 1_800_000_000;
const IDS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const KIDS = ['one', 'two', 'three'];

type Step =
  | {
      readonly kind: 'add';
      readonly id: string;
      readonly kid: string;
      readonly from: number;
      readonly until: number;
      readonly length: number;
    }
  | { readonly kind: 'find'; readonly id: string; readonly at: number }
  | { readonly kind: 'publish'; readonly kids: readonly string[] };

const id = fc.constantFrom(...IDS);
const steps = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('add' as const),
      id,
      kid: fc.constantFrom(...KIDS),
      from: fc.integer({ min: -20, max: 10 }),
      until: fc.integer({ min: -5, max: 30 }),
      length: fc.integer({ min: 1, max: 4_000 }),
    }),
    {
      arbitrary: fc.record({ kind: fc.constant('find' as const), id, at: fc.integer({ min: -25, max: 35 }) }),
      weight: 3,
    },
    fc.record({ kind: fc.constant('publish' as const), kids: fc.subarray(KIDS) }),
  ),
  { minLength: 1, maxLength: 60 },
) as fc.Arbitrary<Step[]>;

/** Runs the steps beside a plain map; gives what every search found, with what it might have found. */
function play(cache: ValidatedTokenCache, sequence: readonly Step[]) {
  const model = new Map<string, ValidatedToken>();
  let published = new Set(KIDS);
  let users = 0;
  const found: { readonly got: ValidatedToken | undefined; readonly expected: ValidatedToken | undefined }[] =
    [];
  for (const step of sequence) {
    if (step.kind === 'publish') published = new Set(step.kids);
    else if (step.kind === 'add') {
      const user = { oid: `${step.id}-${++users}` } as ValidatedToken['user'];
      const token = { user, kid: step.kid, notBefore: NOW + step.from, notAfter: NOW + step.until };
      model.set(step.id, token);
      cache.add(step.id, token, step.length);
    } else {
      const now = NOW + step.at;
      const known = model.get(step.id);
      const holds =
        known !== undefined && now >= known.notBefore && now < known.notAfter && published.has(known.kid);
      // What does not hold once is forgotten, and has to be validated again.
      if (!holds) model.delete(step.id);
      found.push({
        got: cache.find(step.id, now, (kid) => published.has(kid)),
        expected: holds ? known : undefined,
      });
    }
  }
  return found;
}

describe('ValidatedTokenCache', () => {
  it('finds what was added last under that id, while it holds, and nothing else', () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        for (const { got, expected } of play(new ValidatedTokenCache(), sequence)) expect(got).toBe(expected);
      }),
      { numRuns: 2_000 },
    );
  });

  it('may forget when it is small, but finds nobody else', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 20_000 }), (sequence, bytes) => {
        const cache = new ValidatedTokenCache(bytes);
        for (const { got, expected } of play(cache, sequence)) if (got) expect(got).toBe(expected);
        // An entry is more than half a kilobyte, however short its token.
        expect(cache.size).toBeLessThanOrEqual(bytes / 500);
      }),
      { numRuns: 2_000 },
    );
  });

  it('has another id for every other token', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (one, other) => {
        fc.pre([one, other].every((text) => Buffer.from(text).toString() === text));
        expect(new Assertion(one).id === new Assertion(other).id).toBe(one === other);
        expect(new Assertion(one).id).toMatch(/^[\w-]{43}$/);
      }),
      { numRuns: 1_000 },
    );
  });
});
