import { HttpException } from '@nestjs/common';
import { challengeHeader } from './challenge.js';
import type { EntraAuthError } from './entra-auth.error.js';
import type { ResponseParameters } from './response-parameters.js';

/** The body that the caller reads. */
export function publicBody(error: EntraAuthError, { showErrorDetails }: ResponseParameters): object {
  const body = error.getResponse() as object;
  return showErrorDetails ? { ...body, details: error.reason } : body;
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
