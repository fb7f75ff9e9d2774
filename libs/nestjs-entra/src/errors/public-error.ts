import { HttpException } from '@nestjs/common';
import { challengeHeader, type ChallengeParameters } from './challenge.js';
import type { EntraAuthError } from './entra-auth.error.js';

/** What the answers of an API have to know of its configuration. */
export interface ResponseParameters extends ChallengeParameters {
  /** Put the precise reason into the body; for development. */
  showErrorDetails: boolean;
}

/** The body that the caller reads. */
export function publicBody(error: EntraAuthError, { showErrorDetails }: ResponseParameters): object {
  const body = error.getResponse() as object;
  return showErrorDetails ? { ...body, details: error.message } : body;
}

/**
 * The same for a transport that has no headers of its own to answer with: what they would say stands in the body, as
 * `wwwAuthenticate` and `retryAfterSeconds`. Its message is the fixed one, for GraphQL shows messages to the caller.
 */
export function publicError(error: EntraAuthError, parameters: ResponseParameters): HttpException {
  const status = error.getStatus();
  const { challenge, retryAfterSeconds } = error;
  const body = {
    ...publicBody(error, parameters),
    ...(challenge && { wwwAuthenticate: challengeHeader(challenge, parameters, status) }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  };
  return new HttpException(body, status, { cause: error });
}
