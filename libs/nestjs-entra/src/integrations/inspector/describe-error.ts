import { HttpException } from '@nestjs/common';
import { EntraAuthError } from '../../errors/entra-auth.error.js';
import { boundedText } from './bounded-text.js';
import type { Refusal } from './recorded-request.js';

const MAX_REASON_LENGTH = 1_000;

/** The precise reason of an error of this library. What others throw has texts that are not known to be harmless. */
export function describeError(error: unknown): Refusal {
  if (error instanceof EntraAuthError) {
    return {
      code: error.code,
      reason: boundedText(error.reason, MAX_REASON_LENGTH),
      status: error.getStatus(),
    };
  }
  const name = error instanceof Error ? error.constructor.name : typeof error;
  return {
    code: boundedText(name, 60),
    reason: 'Thrown by the application; its text stays in the log.',
    status: error instanceof HttpException ? error.getStatus() : 500,
  };
}
