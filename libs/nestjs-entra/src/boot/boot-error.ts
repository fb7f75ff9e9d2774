import { ConfigurationError } from '../errors/configuration.error.js';

/** The error that stops the boot. It has no stack: every sentence says what to change, and Nest would print it twice. */
export function bootError(problems: readonly string[]): ConfigurationError {
  return withoutStack(new ConfigurationError(problems));
}

/** The same for an error of configuration that was thrown elsewhere; any other error is given back as it is. */
export function withoutStack<T>(error: T): T {
  if (error instanceof ConfigurationError) error.stack = '';
  return error;
}
