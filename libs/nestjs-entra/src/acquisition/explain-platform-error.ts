import type { PlatformErrorDetails } from '../errors/acquisition.errors.js';
import type { PlatformAnswer } from '../network/identity-platform.client.js';
import { aadstsAdvice } from './aadsts-catalogue.js';
import { describePlatformError, readOAuthError } from './oauth-error.js';

/** Codes and ids, and for a known AADSTS number its cause and what to do about it. For the log only. */
export function explainPlatformError(platform: PlatformErrorDetails): string {
  const said = describePlatformError(platform);
  const advice = aadstsAdvice(platform.aadsts);
  return advice ? `${said}. ${advice.cause} ${advice.fix}` : said;
}

/**
 * Why an answer with metadata or keys cannot be used, as the end of a sentence: what the identity platform says with
 * its error, such as AADSTS90002 for a tenant that does not exist, otherwise the status.
 */
export function explainUnusableAnswer(answer: PlatformAnswer): string {
  const rejected = answer.status === 200 ? undefined : readOAuthError(answer);
  return rejected ? `: ${explainPlatformError(rejected.details)}` : ` (status ${answer.status})`;
}

/** The details of an answer for the fields of an error. */
export function platformDetailsOf(answer: PlatformAnswer): PlatformErrorDetails {
  return readOAuthError(answer)?.details ?? { status: answer.status };
}
