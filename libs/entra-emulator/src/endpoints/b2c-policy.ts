import { errorTimestamp } from '../errors/error-time.js';
import { jsonAnswer, NO_STORE_HEADERS, type Answer } from './answer.js';
import type { Exchange } from './exchange.js';

/** Azure AD B2C's refusal of a grant on a policy: AADB2C90086, in B2C's own envelope. B2C has no on-behalf-of. */
export function unsupportedByPolicy(grantType: string, { correlationId }: Exchange, now: number): Answer {
  const body = {
    error: 'unsupported_grant_type',
    error_description:
      `AADB2C90086: The supplied grant_type [${grantType}] is not supported.\r\n` +
      `Correlation ID: ${correlationId}\r\nTimestamp: ${errorTimestamp(now)}\r\n`,
  };
  return jsonAnswer(400, body, NO_STORE_HEADERS);
}
