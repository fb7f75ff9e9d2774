import { HttpStatus } from '@nestjs/common';
import { EntraAuthError } from './entra-auth.error.js';
import { TOKEN_ERROR_TEXT, type TokenErrorCode } from './error-codes.js';

/** No bearer token came with the request: 401 and a challenge without an error code (RFC 6750 section 3.1). */
export class MissingTokenError extends EntraAuthError<'token_missing'> {
  constructor() {
    super({
      code: 'token_missing',
      status: HttpStatus.UNAUTHORIZED,
      publicMessage: 'An access token is required',
      challenge: {},
    });
  }
}

/** The `Authorization` header holds no single well-formed bearer token: 400 `invalid_request` (RFC 6750 section 3.1). */
export class MalformedAuthorizationError extends EntraAuthError<'authorization_malformed'> {
  constructor(reason: string) {
    super({
      code: 'authorization_malformed',
      status: HttpStatus.BAD_REQUEST,
      publicMessage: 'The Authorization header is malformed',
      reason,
      challenge: { error: 'invalid_request', errorDescription: 'The Authorization header is malformed' },
    });
  }
}

/** The access token is not acceptable; `code` says which check refused it: 401 `invalid_token`. */
export class InvalidTokenError extends EntraAuthError<TokenErrorCode> {
  /**
   * @param code the check that failed
   * @param reason for the log: what was expected, what came, what to do
   */
  constructor(code: TokenErrorCode, reason?: string, options?: { cause?: unknown }) {
    super({
      code,
      status: HttpStatus.UNAUTHORIZED,
      publicMessage: TOKEN_ERROR_TEXT[code],
      reason,
      challenge: { error: 'invalid_token', errorDescription: TOKEN_ERROR_TEXT[code] },
      cause: options?.cause,
    });
  }
}
