import { describe, expect, it } from 'vitest';
import { unknownNameFaults } from './unknown-name-faults.js';

const KNOWN = ['tenantId', 'clientId', 'audience'];

describe('unknownNameFaults', () => {
  it('finds nothing wrong with known names', () => {
    expect(unknownNameFaults('option', { tenantId: 1, audience: 2 }, KNOWN)).toEqual([]);
  });

  it.each([
    ['tenant', 'tenantId'],
    ['TENANTID', 'tenantId'],
    ['clientID', 'clientId'],
    ['ClientIdd', 'clientId'],
    ['audiences', 'audience'],
    ['udience', 'audience'],
  ])('names the nearest known name for %s: %s', (name, nearest) => {
    expect(unknownNameFaults('option', { [name]: 1 }, KNOWN)).toEqual([
      `${name} is no option of nestjs-entra; did you mean ${nearest}?`,
    ]);
  });

  it('finds every unknown name, with the path before it', () => {
    expect(
      unknownNameFaults('option', { retry: 1, timeout: 2 }, ['retries', 'timeoutMs'], 'network.'),
    ).toEqual([
      'network.retry is no option of nestjs-entra; remove it.',
      'network.timeout is no option of nestjs-entra; did you mean network.timeoutMs?',
    ]);
  });

  it('shows no value', () => {
    expect(unknownNameFaults('option', { secret: 'canary' }, KNOWN).join()).not.toContain('canary');
  });
});
