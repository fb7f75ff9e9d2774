import { describe, expect, it } from 'vitest';
import type { AadstsAdvice } from './aadsts-advice.js';
import { AADSTS_SECTIONS, aadstsAdvice } from './aadsts-catalogue.js';

const entries = Object.values(AADSTS_SECTIONS).flatMap((section) =>
  Object.entries<AadstsAdvice>(section).map(([code, advice]) => ({ code: Number(code), advice })),
);

describe('aadstsAdvice', () => {
  it('knows each number of every section, and each is in one section alone', () => {
    expect(entries.length).toBeGreaterThan(130);
    expect(new Set(entries.map(({ code }) => code)).size).toBe(entries.length);
    for (const { code, advice } of entries) expect(aadstsAdvice(code)).toBe(advice);
  });

  it.each([undefined, 0, -1, 0.5, NaN, 99999999])('knows nothing of %s', (code) => {
    expect(aadstsAdvice(code)).toBeUndefined();
  });

  it.each(entries.flatMap(({ code, advice }) => [advice.cause, advice.fix].map((text) => [code, text])))(
    'AADSTS%i is explained in one sentence of printable ASCII: %s',
    (_code, text) => {
      expect(text).toMatch(/^[A-Z][\x20-\x7e]{10,140}\.$/);
      expect(text).not.toMatch(/[.!?] [A-Z]|AADSTS|[{}<>|]|https?:/);
    },
  );
});
