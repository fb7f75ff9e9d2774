import { inspect } from 'node:util';
import { HttpStatus } from '@nestjs/common';
import { EntraAuthError } from './entra-auth.error.js';
import { printable } from './log-text.js';

/**
 * The configuration is wrong. Found at boot, it stops the application; found by a call (scopes of two
 * resources asked for at once, say), the request is answered with 500.
 *
 * Every fault is one sentence: what was given, what is accepted, what to do.
 */
export class ConfigurationError extends EntraAuthError<'configuration'> {
  readonly faults: readonly string[];

  constructor(faults: string | readonly string[]) {
    const given = typeof faults === 'string' ? [faults] : faults;
    // Paths, names and values of a configuration stand in them.
    const all = [...new Set(given.map(printable))];
    super({
      code: 'configuration',
      status: HttpStatus.INTERNAL_SERVER_ERROR,
      publicMessage: 'The API is not configured correctly',
      message:
        all.length === 1
          ? `nestjs-entra is not configured correctly: ${all[0]}`
          : `nestjs-entra is not configured correctly:\n${all.map((fault) => `  - ${fault}`).join('\n')}`,
    });
    this.faults = all;
  }

  /** What consoles and loggers print: each problem once, and the stack when there is one. */
  [inspect.custom](): string {
    const frames = (this.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
    return [`${this.name}: ${this.message}`, ...frames].join('\n');
  }
}
