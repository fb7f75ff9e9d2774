import { createHash } from 'node:crypto';
import { format, inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Assertion } from './assertion.js';

const TOKEN = 'header.canary-payload.signature';

describe('Assertion', () => {
  it('is known by the SHA-256 of the whole token', () => {
    expect(new Assertion(TOKEN).id).toBe(createHash('sha256').update(TOKEN).digest('base64url'));
    expect(new Assertion(`${TOKEN}x`).id).not.toBe(new Assertion(TOKEN).id);
  });

  it('reveals the token to whoever sends it on', () => {
    expect(new Assertion(TOKEN).reveal()).toBe(TOKEN);
  });

  it.each<[string, (assertion: Assertion) => unknown]>([
    ['inspect()', (assertion) => inspect(assertion, { depth: 9, showHidden: true, getters: true })],
    ['JSON.stringify()', (assertion) => JSON.stringify({ assertion })],
    ['a log line', (assertion) => format('%s %o %O %j', assertion, assertion, assertion, assertion)],
    [
      'its own properties',
      (assertion) =>
        Object.getOwnPropertyNames(assertion).map((name) => Reflect.get(assertion, name) as unknown),
    ],
    ['a copy', (assertion) => JSON.stringify(Object.assign({}, assertion))],
  ])('does not show the token in %s', (_where, show) => {
    expect(String(show(new Assertion(TOKEN)))).not.toContain('canary');
  });
});
