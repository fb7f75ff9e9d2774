import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ConfigurationError } from './configuration.error.js';

describe('ConfigurationError', () => {
  it('says one fault in one line', () => {
    const error = new ConfigurationError('clientId is missing.');
    expect(error.name).toBe('ConfigurationError');
    expect(error.faults).toEqual(['clientId is missing.']);
    expect(error.message).toBe('nestjs-entra is not configured correctly: clientId is missing.');
  });

  it('says several faults as a list', () => {
    const error = new ConfigurationError(['one.', 'two.']);
    expect(error.faults).toEqual(['one.', 'two.']);
    expect(error.message).toBe('nestjs-entra is not configured correctly:\n  - one.\n  - two.');
  });

  it('is a 500 without a challenge that tells the caller nothing of the configuration', () => {
    const error = new ConfigurationError('scopes mix two resources.');
    expect(error.challenge).toBeUndefined();
    expect(error.getResponse()).toEqual({
      statusCode: 500,
      error: 'Internal Server Error',
      message: 'The API is not configured correctly',
      code: 'configuration',
    });
  });

  it('says a problem once, however often it is found', () => {
    expect(new ConfigurationError(['one.', 'one.']).faults).toEqual(['one.']);
  });

  it('has a problem on one line, without characters that drive a terminal or turn text', () => {
    const { faults, message } = new ConfigurationError('path is "a\r\n  - b\u001b[2J\u009b31m\u2028\u202e".');
    expect(faults).toEqual(['path is "a - b?[2J?31m ?".']);
    expect(message).toBe('nestjs-entra is not configured correctly: path is "a - b?[2J?31m ?".');
  });

  it('is printed as its sentence and its stack, without fields', () => {
    const error = new ConfigurationError(['one.', 'two.']);
    expect(inspect(error)).toMatch(
      /^ConfigurationError: nestjs-entra is not[^\n]*\n {2}- one\.\n {2}- two\.\n {4}at /,
    );
    expect(inspect(error)).not.toMatch(/undefined|faults/);
    error.stack = '';
    expect(inspect(error)).toBe(`ConfigurationError: ${error.message}`);
  });
});
