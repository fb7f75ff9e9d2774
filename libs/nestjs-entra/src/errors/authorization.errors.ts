import { HttpStatus } from '@nestjs/common';
import { EntraAuthError } from './entra-auth.error.js';

/** The token is good and lacks the scope or role this route needs: 403 `insufficient_scope` (RFC 6750 section 3.1). */
export class InsufficientScopeError extends EntraAuthError<'insufficient_scope'> {
  /**
   * @param scopes scopes that would do; they are named in the challenge
   * @param reason for the log
   */
  constructor(
    readonly scopes: readonly string[],
    reason?: string,
  ) {
    const publicMessage = 'The access token lacks a scope or role that this request needs';
    super({
      code: 'insufficient_scope',
      status: HttpStatus.FORBIDDEN,
      publicMessage,
      reason,
      challenge: {
        error: 'insufficient_scope',
        errorDescription: publicMessage,
        ...(scopes.length > 0 && { scope: scopes.join(' ') }),
      },
    });
  }
}

/** The caller is an application without a user, and a user is needed: 403. Entra calls the same AADSTS7000114. */
export class AppOnlyCallerError extends EntraAuthError<'app_only_caller'> {
  constructor(reason = 'The caller presented an app-only token where a user is needed') {
    super({
      code: 'app_only_caller',
      status: HttpStatus.FORBIDDEN,
      publicMessage: 'This request needs a signed-in user; the access token speaks of an application alone',
      reason,
      challenge: {
        error: 'insufficient_scope',
        errorDescription: 'This request needs a signed-in user',
      },
    });
  }
}
