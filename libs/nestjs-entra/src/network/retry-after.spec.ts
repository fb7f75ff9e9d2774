import { describe, expect, it } from 'vitest';
import { httpDateMs, retryAfterSeconds } from './retry-after.js';

const NOW = Date.UTC(2026, 5, 1, 12, 0, 0);

describe('retryAfterSeconds', () => {
  it.each([
    ['0', 0],
    ['120', 120],
    [' 7 ', 7],
    ['Mon, 01 Jun 2026 12:01:30 GMT', 90],
    ['Monday, 01-Jun-26 12:01:30 GMT', 90],
    ['Mon, 01 Jun 2026 12:00:00 GMT', 0],
    ['Mon, 01 Jun 2026 11:59:00 GMT', 0],
  ])('reads %j as %i seconds', (value, seconds) => {
    expect(retryAfterSeconds(value, NOW)).toBe(seconds);
  });

  it('rounds a part of a second up', () => {
    expect(retryAfterSeconds('Mon, 01 Jun 2026 12:01:30 GMT', NOW + 1)).toBe(90);
  });

  it.each([undefined, null, '', 'soon', '120 seconds', '0x10', '1e3', '-5', '+5', '1.5', '5, 6'])(
    'reads nothing out of %j, which is neither a number of seconds nor a date',
    (value) => {
      expect(retryAfterSeconds(value, NOW)).toBeUndefined();
    },
  );

  it('measures a date against the date of the response, whatever the clock of this machine says', () => {
    const headers = { date: 'Mon, 01 Jun 2026 10:00:00 GMT', 'retry-after': 'Mon, 01 Jun 2026 10:00:30 GMT' };
    expect(retryAfterSeconds(headers['retry-after'], httpDateMs(headers.date))).toBe(30);
  });
});

describe('httpDateMs', () => {
  it('reads a date, and nothing else', () => {
    expect(httpDateMs('Mon, 01 Jun 2026 12:00:00 GMT')).toBe(NOW);
    for (const value of [undefined, null, '', '5', 'soon']) expect(httpDateMs(value)).toBeUndefined();
  });
});
