import {
  AccessBlockedError,
  AssertionRejectedError,
  ClaimsChallengeError,
  ClientCredentialError,
  ConsentRequiredError,
  IdentityPlatformUnavailableError,
  InteractionRequiredError,
  type TokenAcquisitionError,
} from '../errors/acquisition.errors.js';
import { AppOnlyCallerError } from '../errors/authorization.errors.js';
import { describePlatformError, type OAuthError } from './oauth-error.js';

/** What the exchange was about, for the error's own fields. */
export interface ExchangeSubject {
  readonly scopes: readonly string[];
  /** Where the user can consent to `scopes`. */
  readonly consentUri: string;
}

const TRANSIENT_ERRORS = new Set(['temporarily_unavailable', 'server_error']);

/** AADSTS numbers of passing faults that come with another OAuth error; 50196 is the request-loop brake. */
const TRANSIENT_CODES = new Set([50196, 90033, 90006, 90024, 90055, 90090, 50033, 50087, 90012]);

const USER_CAN_ACT = new Set([
  'basic_action',
  'additional_action',
  'user_password_expired',
  'bad_token',
  'token_expired',
]);

/** Not assigned, a guest who is not invited, refused by a cross-tenant policy: signing in again changes nothing. */
const BLOCKED_CODES = new Set([50105, 501051, 50020, 50014, 51004, 500212, 500213, 90072]);

/** `invalid_request` about the assertion, not about the request: no JWT, foreign issuer, an ID token. */
const ASSERTION_CODES = new Set([50027, 50107, 240002]);

/**
 * The error a caller meets for an error answer of the token endpoint. It goes by `error`, `suberror` and
 * `claims`, in this order, and by AADSTS numbers only where those do not tell: Microsoft's numbers and
 * texts change ("Microsoft Entra authentication and authorization error codes").
 */
export function toAcquisitionError(
  answer: OAuthError,
  subject: ExchangeSubject,
): TokenAcquisitionError | AppOnlyCallerError {
  const { error, claims, details: platform } = answer;
  const { suberror, aadsts = 0 } = platform;
  const isGrantError = error === 'invalid_grant' || error === 'interaction_required';
  const said = describePlatformError(platform);

  if (TRANSIENT_ERRORS.has(error) || TRANSIENT_CODES.has(aadsts)) {
    return new IdentityPlatformUnavailableError(`The identity platform cannot serve now: ${said}`, {
      platform,
      retryAfterSeconds: answer.retryAfterSeconds ?? 60,
    });
  }
  if (claims !== undefined && isGrantError && suberror !== 'message_only') {
    return new ClaimsChallengeError(claims, `The identity platform asks for claims: ${said}`, platform);
  }
  if (suberror === 'consent_required' || error === 'consent_required' || (isGrantError && aadsts === 65001)) {
    const message = `Consent to ${subject.scopes.join(' ')} is missing: ${said}`;
    return new ConsentRequiredError(subject.scopes, subject.consentUri, message, platform);
  }
  if (suberror === 'message_only' || BLOCKED_CODES.has(aadsts)) {
    return new AccessBlockedError(`Access is blocked: ${said}`, platform, isGrantError ? claims : undefined);
  }
  if (USER_CAN_ACT.has(suberror ?? '') || error === 'interaction_required' || error === 'login_required') {
    return new InteractionRequiredError(`The user has to sign in again: ${said}`, platform);
  }
  if (error === 'unauthorized_client' && aadsts === 7000114) {
    return new AppOnlyCallerError(`The caller's token is an app-only token: ${said}`);
  }
  if (error === 'invalid_grant' || (error === 'invalid_request' && ASSERTION_CODES.has(aadsts))) {
    return new AssertionRejectedError(`The caller's token was refused as assertion: ${said}`, platform);
  }
  return new ClientCredentialError(
    `The API's own credential, registration or scopes were refused: ${said}`,
    platform,
  );
}
