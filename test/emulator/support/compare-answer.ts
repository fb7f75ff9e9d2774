import { expect } from 'vitest';
import type { EntraCase } from './entra-case.js';
import type { Answered } from './token-client.js';

type Comparison = (answer: Answered, expected: unknown) => void;

/** How each member of an expected response is compared. */
const COMPARISONS: Readonly<Record<string, Comparison>> = {
  status: ({ status }, expected) => expect(status).toBe(expected),
  error: ({ json }, expected) => expect(json['error'] ?? null).toBe(expected),
  error_codes: ({ json }, expected) => expect(json['error_codes'] ?? []).toEqual(expected),
  error_uri: ({ json }, expected) => expect('error_uri' in json).toBe(Boolean(expected)),
  suberror: ({ json }, expected) =>
    expect(json['suberror'] ?? null).toBe(expected === false ? null : expected),
  claims: ({ json }, expected) => {
    const claims = json['claims'];
    if (typeof expected === 'string') {
      expect(claims).toContain('capolids');
      return;
    }
    expect(claims !== undefined).toBe(Boolean(expected));
  },
  description: ({ json, text }, expected) =>
    expectFragments(
      typeof json['error_description'] === 'string' ? json['error_description'] : text,
      String(expected),
    ),
  body: ({ text }, expected) => expect(text).toBe(expected),
  text: ({ text }, expected) => expect(text).toBe(expected),
  retry_after: ({ headers }, expected) => expect(headers.get('retry-after')).toBe(String(expected)),
  cache_control: ({ headers }, expected) => expect(headers.get('cache-control')).toBe(expected),
  content_type: ({ headers }, expected) => expect(headers.get('content-type')).toContain(String(expected)),
  headers: ({ headers }, expected) => {
    for (const [name, value] of Object.entries(expected as Record<string, string>)) {
      expect(headers.get(name)).toBe(String(value));
    }
  },
};

/** Compares every member of the expected response that is relied on. A member nobody can compare fails. */
export function expectAnswer(answer: Answered, { response, inferred = [] }: EntraCase): void {
  for (const [name, expected] of Object.entries(response)) {
    const compare = COMPARISONS[name];
    if (compare === undefined) {
      throw new Error(`Nobody knows how to compare ${name}.`);
    }
    if (!inferred.includes(name)) {
      compare(answer, expected);
    }
  }
}

/** The parts between the dots and placeholders of an expected text must come in this order. */
function expectFragments(actual: string, expected: string): void {
  let from = 0;
  for (const fragment of expected.split(/\.{2,}|…|<[^>]+>/).map((part) => part.trim())) {
    const at = actual.indexOf(fragment, from);
    expect(at, `${JSON.stringify(fragment)} in ${JSON.stringify(actual)}`).toBeGreaterThanOrEqual(0);
    from = at + fragment.length;
  }
}
