import { TokenAcquisitionError } from '../errors/acquisition.errors.js';
import { EntraAuthError } from '../errors/entra-auth.error.js';
import { aadstsAdvice } from './aadsts-catalogue.js';
import type { AadstsLevel } from './aadsts-advice.js';

/**
 * How loud a failed exchange is logged. What the caller cannot resolve (500) is an error whatever the number
 * says: asked by the application itself, a number that is about users elsewhere concerns the registration.
 */
export function acquisitionLogLevel(error: unknown): AadstsLevel {
  if (!(error instanceof EntraAuthError) || error.getStatus() === 500) return 'error';
  const aadsts = error instanceof TokenAcquisitionError ? error.platform.aadsts : undefined;
  return aadstsAdvice(aadsts)?.level ?? 'warn';
}
