import type { AadstsError } from '../errors/aadsts-error.js';
import { errorTimestamp } from '../errors/error-time.js';
import type { Exchange } from './exchange.js';

/** The body of an error, members in Entra's order (Microsoft: authentication error codes). */
export interface ErrorEnvelope {
  readonly error: string;
  readonly error_description: string;
  readonly error_codes: readonly number[];
  readonly timestamp: string;
  readonly trace_id: string;
  readonly correlation_id: string;
  readonly error_uri?: string;
  readonly suberror?: string;
  readonly claims?: string;
}

/** Puts an error into Entra's envelope; `now` in milliseconds. */
export function errorEnvelope(
  error: AadstsError,
  exchange: Pick<Exchange, 'traceId' | 'correlationId' | 'origin'>,
  now: number,
): ErrorEnvelope {
  const { traceId, correlationId, origin } = exchange;
  const timestamp = errorTimestamp(now);
  return {
    error: error.error,
    error_description: `${error.message} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
    error_codes: [error.code],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
    ...(error.hasErrorUri ? { error_uri: `${origin}/error?code=${error.code}` } : {}),
    ...(error.suberror === undefined ? {} : { suberror: error.suberror }),
    ...(error.claims === undefined ? {} : { claims: error.claims }),
  };
}
