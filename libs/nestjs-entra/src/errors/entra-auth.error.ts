import { HttpException, HttpStatus } from '@nestjs/common';
import { ownProperties } from '../own-properties.js';
import { standInBody, type Challenge } from './challenge.js';
import type { EntraErrorCode } from './error-codes.js';
import { logLine } from './log-text.js';

/** What an error is made of; see the properties of {@link EntraAuthError}. */
export interface EntraAuthErrorInit<Code extends EntraErrorCode> {
  code: Code;
  status: number;
  /** Fixed text for the caller of the API. */
  publicMessage: string;
  /** `message` of the error where it is another text than the caller reads; defaults to `publicMessage`. */
  message?: string;
  /** The precise text, for the log of the API; defaults to `message`. */
  reason?: string;
  /** Further members of the response body. */
  body?: Readonly<Record<string, unknown>>;
  challenge?: Challenge;
  retryAfterSeconds?: number;
  cause?: unknown;
}

const CLAIMS_IN_BODY = '. The claims are too large for a header and stand in the body of the answer only';

/**
 * The base of every error this library throws.
 *
 * It is an `HttpException`, so Nest answers with the right status even where the library's own filter
 * is not in force. `message` and the response are fixed texts, for filters hand them to the caller; the
 * precise text is `reason`. It may name configuration, claims and codes of the identity platform, and never
 * holds a token, an assertion, a secret or a key, so it is safe to log.
 */
export abstract class EntraAuthError<Code extends EntraErrorCode = EntraErrorCode> extends HttpException {
  /** The literal that says which error this is; stable, to branch on. */
  readonly code: Code;
  /**
   * What happened, precisely: for the log, not for the caller. One line without control characters, of 2 000 characters
   * at most. Not enumerable, so that no copy of the error has it.
   */
  declare readonly reason: string;
  /** What `WWW-Authenticate` says, when one is due (RFC 6750 section 3). */
  readonly challenge: Challenge | undefined;
  /** When to come back, in seconds (RFC 9110 section 10.2.3). */
  readonly retryAfterSeconds: number | undefined;

  protected constructor(given: EntraAuthErrorInit<Code>) {
    const init = ownProperties(given);
    const challenge = init.challenge && ownProperties(init.challenge);
    const isInBody = standInBody(challenge?.claims);
    super(
      {
        statusCode: init.status,
        error: statusText(init.status),
        message: init.publicMessage,
        code: init.code,
        ...(isInBody && { claims: challenge?.claims }),
        ...init.body,
      },
      init.status,
      init.cause === undefined ? undefined : { cause: init.cause },
    );
    this.code = init.code;
    this.challenge = challenge;
    this.retryAfterSeconds = init.retryAfterSeconds;
    this.message = init.message ?? init.publicMessage;
    // Code of the application may build reasons and errors of its own out of what a caller sent.
    const reason = `${init.reason ?? this.message}${isInBody ? CLAIMS_IN_BODY : ''}`;
    Object.defineProperty(this, 'reason', { value: logLine(reason), enumerable: false });
  }
}

/** `401` → `Unauthorized`, as Nest writes it in the bodies of its own exceptions. */
function statusText(status: number): string {
  const name = HttpStatus[status] ?? 'ERROR';
  return name
    .split('_')
    .map((word) => word.charAt(0) + word.slice(1).toLowerCase())
    .join(' ');
}
