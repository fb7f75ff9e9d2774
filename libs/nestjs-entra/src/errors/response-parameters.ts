import type { ChallengeParameters } from './challenge.js';
import type { EntraAuthError } from './entra-auth.error.js';

/** Injection token of {@link ResponseParameters}. */
export const RESPONSE_PARAMETERS = Symbol('nestjs-entra:response-parameters');

/** What the answer to an error has to know of the configuration. */
export interface ResponseParameters extends ChallengeParameters {
  /** Put the precise reason into the body; for development. */
  showErrorDetails: boolean;
  /** `Cache-Control` of responses to accepted callers; without one they get none. */
  cacheControl?: string | null;
}

const PARAMETERS = Symbol('nestjs-entra:response-parameters');

/**
 * Notes with an error whose module it comes from: with several in one application, the filter of the first meets
 * the errors of all. The first note stays.
 */
export function rememberParameters(error: EntraAuthError, parameters: ResponseParameters): void {
  if (PARAMETERS in error) return;
  Object.defineProperty(error, PARAMETERS, { value: parameters, enumerable: false });
}

/** The parameters noted with an error. */
export function parametersOf(error: EntraAuthError): ResponseParameters | undefined {
  return (error as { [PARAMETERS]?: ResponseParameters })[PARAMETERS];
}
