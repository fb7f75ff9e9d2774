import { describe, expect, it } from 'vitest';
import { tokenLifetime, type TokenTimes } from './token-lifetime.js';

const NOW = Date.UTC(2026, 5, 1);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const BUFFER_MS = 5 * MINUTE_MS;

const times = (more: Partial<TokenTimes>): TokenTimes => ({
  acquiredAt: NOW,
  expiresAt: NOW + HOUR_MS,
  assertionExpiresAt: NOW + 24 * HOUR_MS,
  ...more,
});

describe('tokenLifetime', () => {
  it.each<[string, Partial<TokenTimes>, number, number]>([
    ['less the buffer, renewed after four fifths', {}, HOUR_MS - BUFFER_MS, 0.8 * HOUR_MS],
    [
      'renewed when the identity platform wishes',
      { refreshAt: NOW + HOUR_MS / 2 },
      HOUR_MS - BUFFER_MS,
      HOUR_MS / 2,
    ],
    ['of the application itself', { assertionExpiresAt: Infinity }, HOUR_MS - BUFFER_MS, 0.8 * HOUR_MS],
    [
      'that ends well before its assertion',
      { assertionExpiresAt: NOW + HOUR_MS + MINUTE_MS },
      HOUR_MS - BUFFER_MS,
      0.8 * HOUR_MS,
    ],
    [
      'that ends just before its assertion: to its end, and not renewed',
      { assertionExpiresAt: NOW + HOUR_MS + MINUTE_MS - 1 },
      HOUR_MS,
      Infinity,
    ],
    ['that ends with its assertion', { assertionExpiresAt: NOW + HOUR_MS }, HOUR_MS, Infinity],
    ['that would outlive its assertion', { assertionExpiresAt: NOW + HOUR_MS / 2 }, HOUR_MS / 2, Infinity],
    [
      'that ends with its assertion, whatever is wished',
      { assertionExpiresAt: NOW + HOUR_MS, refreshAt: NOW + 1 },
      HOUR_MS,
      Infinity,
    ],
  ])('of a token %s', (_what, more, serveMs, refreshMs) => {
    expect(tokenLifetime(times(more), BUFFER_MS)).toEqual({
      serveUntil: NOW + serveMs,
      refreshAt: NOW + refreshMs,
    });
  });
});
