import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../errors/configuration.error.js';
import { checkAcquisitionOptions } from './acquisition-option-checks.js';

describe('checkAcquisitionOptions', () => {
  it.each([
    {},
    { claims: '{"access_token":{}}' },
    { correlationId: '11111111-2222-4333-8444-55555555AAAA' },
    { signal: new AbortController().signal },
    { signal: undefined },
  ])('accepts %o', (options) => {
    expect(() => checkAcquisitionOptions(options)).not.toThrow();
  });

  it.each([null, 3_000, {}, new AbortController()])('refuses %o as signal', (signal) => {
    expect(() => checkAcquisitionOptions({ signal: signal as AbortSignal })).toThrow(
      new ConfigurationError('signal is no AbortSignal; give one, or leave it out.'),
    );
  });

  it.each(['my-trace', '', 'x\nERROR forged line', '11111111-2222-4333-8444-555555555555\n'])(
    'refuses %j as correlation id: it goes into logs and headers',
    (correlationId) => {
      expect(() => checkAcquisitionOptions({ correlationId })).toThrow('correlationId is no GUID');
    },
  );

  it.each(['{not json', '', 'null', '[]', '"text"', 'eyJhY2Nlc3NfdG9rZW4iOnt9fQ=='])(
    'refuses %j as claims',
    (claims) => {
      expect(() => checkAcquisitionOptions({ claims })).toThrow('claims is no JSON object');
    },
  );
});
