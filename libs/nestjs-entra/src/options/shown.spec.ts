import { describe, expect, it } from 'vitest';
import { shown } from './shown.js';

// A text of the shape that Entra gives its secrets, in two parts so that no scanner takes it for one.
const SECRET = `a1b8Q~${'canary-canary_canary.canary~canary'}`;

describe('shown', () => {
  it.each<[unknown, string]>([
    [undefined, 'missing'],
    [null, 'null'],
    ['my-api', '"my-api"'],
    [7, '7'],
    [Number.NaN, 'NaN'],
    [['a', 7], '["a",7]'],
    [() => undefined, 'a function'],
  ])('%o as %s', (value, text) => {
    expect(shown(value)).toBe(text);
  });

  it('cuts what is long', () => {
    expect(shown('x'.repeat(5_000))).toHaveLength(200);
  });

  it.each<[string, unknown, string]>([
    ['a client secret where the client id should be', SECRET, '"(hidden)"'],
    ['a client secret in a list', ['api://x', SECRET], '["api://x","(hidden)"]'],
    ['a token', 'eyJhbGciOiJub25lIn0.eyJjYW5hcnkiOjF9.canary', '"(hidden)"'],
    ['a private key', '-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----', '"(hidden)"'],
    ['a password in an address', 'https://user:canary@login.example', '"https://(hidden)@login.example"'],
  ])('hides %s', (_what, value, text) => {
    expect(shown(value)).toBe(text);
    expect(shown(value)).not.toContain('canary');
  });
});
