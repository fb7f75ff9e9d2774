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

  it('hides a client secret that is the name of a member', () => {
    expect(shown({ [SECRET]: true })).toBe('{"(hidden)":true}');
  });

  it('hides the bytes of a buffer, wherever it stands', () => {
    expect(shown(Buffer.from('canary'))).toBe('"(bytes)"');
    expect(shown({ secrets: [new Uint8Array([99, 97])] })).toBe('{"secrets":["(bytes)"]}');
  });

  it('shows or names a value that JSON cannot hold', () => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    const broken = {
      toJSON() {
        throw new Error('canary');
      },
    };
    expect(shown(10n)).toBe('"10n"');
    expect(shown(cycle)).toBe('a value that is not JSON');
    expect(shown(broken)).toBe('a value that is not JSON');
    expect(shown(Symbol('canary'))).toBe('a symbol');
  });

  it.each(['c29tZXRoaW5nIHNlY3JldCAx', 'Tr0ub4dor.and.3.more.words', 'AKIAIOSFODNN7EXAMPLEkey0'])(
    'hides a long word that mixes digits with capital and small letters: %s',
    (value) => {
      expect(shown(value)).toBe('"(hidden)"');
    },
  );

  it.each([
    'https://login.microsoftonline.com',
    '8F0B7A52-6A1E-4C55-9D3A-2F1B6F3C1D20',
    'api://My-Orders-Api-2',
  ])('shows an address, a GUID and an App ID URI: %s', (value) => {
    expect(shown(value)).toBe(JSON.stringify(value));
  });

  it('takes no longer for a long value, and shows none of its secrets', () => {
    const jwt = `eyJ${'a'.repeat(5)}.`;
    for (const value of ['eyJ'.repeat(10_000), `://${'a:'.repeat(15_000)}`, `x ${jwt.repeat(4_000)}`]) {
      const started = performance.now();
      expect(shown(value).length).toBeLessThanOrEqual(200);
      expect(performance.now() - started).toBeLessThan(100);
    }
    const late = `${'a '.repeat(240)}abc8Q~${'s'.repeat(34)}`;
    expect(shown(late)).not.toContain('sss');
  });
});
