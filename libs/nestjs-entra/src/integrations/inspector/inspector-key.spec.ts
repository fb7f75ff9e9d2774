import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { InspectorKey } from './inspector-key.js';

describe('InspectorKey', () => {
  const key = new InspectorKey();
  const value = key.query.slice('?key='.length);

  it('opens with its own query, next to other parameters too', () => {
    expect(key.opens(`/inspector${key.query}`)).toBe(true);
    expect(key.opens(`/inspector?a=1&key=${value}`)).toBe(true);
  });

  it.each([
    ['no query', '/inspector'],
    ['an empty key', '/inspector?key='],
    ['a part of the key', `/inspector?key=${value.slice(0, -1)}`],
    ['more than the key', `/inspector?key=${value}A`],
    ['the key in another case', `/inspector?key=${value.toLowerCase()}X`],
    ['the key twice', `/inspector?key=${value}&key=${value}`],
    ['the key under another name', `/inspector?Key=${value}`],
    ['the key in the path', `/inspector/${value}`],
    ['the key of another application', `/inspector${new InspectorKey().query}`],
  ])('stays closed with %s', (_what, target) => {
    expect(key.opens(target)).toBe(false);
  });

  it('has 256 bits, and does not show them', () => {
    expect(Buffer.from(value, 'base64url')).toHaveLength(32);
    expect(inspect(key, { showHidden: true, depth: null })).not.toContain(value);
    expect(JSON.stringify(key)).not.toContain(value);
  });
});
