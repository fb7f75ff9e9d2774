import type { PlatformErrorDetails } from '../errors/acquisition.errors.js';
import { wordsForLog } from '../errors/log-text.js';
import type { PlatformAnswer } from '../network/identity-platform.client.js';
import { httpDateMs, retryAfterSeconds } from '../network/retry-after.js';

/** An error answer of the token endpoint (RFC 6749 section 5.2, with Microsoft's members). */
export interface OAuthError {
  readonly error: string;
  /** Codes and ids, safe to log. */
  readonly details: PlatformErrorDetails;
  /** Claims request, JSON exactly as received. */
  readonly claims?: string;
  /** When to come back, in seconds, if the answer said so. */
  readonly retryAfterSeconds?: number;
}

/**
 * Reads an error answer; `undefined` when it is none. Only short, printable values are taken, for they go
 * into logs; `error_description` is left out: it can name users and applications.
 */
export function readOAuthError({ json, status, headers }: PlatformAnswer): OAuthError | undefined {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined;
  const body = json as Record<string, unknown>;
  const error = word(body['error']);
  if (error === undefined) return undefined;
  const details: PlatformErrorDetails = {
    status,
    error,
    suberror: word(body['suberror']),
    aadsts: aadstsNumber(body),
    traceId: word(body['trace_id']),
    correlationId: word(body['correlation_id']),
    timestamp: word(body['timestamp']),
  };
  return {
    error,
    details,
    claims: claimsRequest(body['claims']),
    retryAfterSeconds: retryAfterSeconds(headers['retry-after'], httpDateMs(headers['date'])),
  };
}

/** One line for the log: codes and ids, nothing else. */
export function describePlatformError(details: PlatformErrorDetails): string {
  const parts = [
    details.aadsts === undefined ? undefined : `AADSTS${details.aadsts}`,
    details.error && wordsForLog(details.error),
    details.suberror && wordsForLog(details.suberror),
    details.traceId && `trace id ${wordsForLog(details.traceId)}`,
    details.correlationId && `correlation id ${wordsForLog(details.correlationId)}`,
    details.timestamp && `at ${wordsForLog(details.timestamp)}`,
  ];
  return parts.filter(Boolean).join(', ');
}

function aadstsNumber(body: Record<string, unknown>): number | undefined {
  const codes = body['error_codes'];
  const first: unknown = Array.isArray(codes) ? codes[0] : undefined;
  if (Number.isSafeInteger(first)) return Number(first);
  const description = body['error_description'];
  const found = typeof description === 'string' ? /^AADSTS(\d{4,9})/.exec(description)?.[1] : undefined;
  return found === undefined ? undefined : Number(found);
}

/**
 * Bounds what remembered failures take. What is too large for a header stands in the body, so this is far more than a
 * header has room for: the ids of 400 policies.
 */
const MAX_CLAIMS_BYTES = 16_384;

function claimsRequest(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '' || Buffer.byteLength(value) > MAX_CLAIMS_BYTES)
    return undefined;
  try {
    const json: unknown = JSON.parse(value);
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? value : undefined;
  } catch {
    return undefined; // What is no JSON cannot be answered by any client.
  }
}

function word(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\x20-\x21\x23-\x7e]{1,100}$/.test(value) ? value : undefined;
}
