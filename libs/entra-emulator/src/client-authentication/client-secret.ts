import { createHash, timingSafeEqual } from 'node:crypto';
import { AadstsError } from '../errors/aadsts-error.js';
import type { EmulatedApplication } from '../tenants/application.js';

/** Checks a secret: AADSTS7000215 when it is none of the application's, AADSTS7000222 when it has expired. */
export function checkClientSecret(application: EmulatedApplication, secret: string, now: number): void {
  const matching = application.clientSecrets.filter(({ value }) => isEqual(value, secret));
  if (matching.length === 0) {
    throw new AadstsError(7000215, [application.clientId]);
  }
  if (matching.every(({ expiresOn }) => expiresOn !== undefined && expiresOn.getTime() <= now)) {
    throw new AadstsError(7000222, [application.clientId]);
  }
}

function isEqual(known: string, given: string): boolean {
  return timingSafeEqual(sha256(known), sha256(given));
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
