import {
  AccessBlockedError,
  AssertionRejectedError,
  ClaimsChallengeError,
  ClientCredentialError,
  ConsentRequiredError,
  IdentityPlatformUnavailableError,
  InteractionRequiredError,
  type PlatformErrorDetails,
  type TokenAcquisitionError,
} from '../errors/acquisition.errors.js';
import { AppOnlyCallerError } from '../errors/authorization.errors.js';
import { explainPlatformError } from './explain-platform-error.js';
import type { OAuthError } from './oauth-error.js';
import { rejectedPart } from './rejected-part.js';

/** What was asked for in vain, for the error's own fields. */
export interface FailedExchange {
  readonly scopes: readonly string[];
  /** Whether the application asked for itself, without a user. */
  readonly isAppOnly?: boolean;
  /** Where the user can consent to `scopes`. */
  readonly consentUri: string;
  /** Where an administrator can. */
  readonly adminConsentUri: string;
}

/** Entra's own brake asks for a minute where it says anything at all. */
const UNSAID_WAIT_SECONDS = 60;

const TRANSIENT_ERRORS = new Set(['temporarily_unavailable', 'server_error']);

/** Entra's brake on clients that ask the same again and again. */
const REQUEST_LOOP = 50196;

/** AADSTS numbers of passing faults that come with another OAuth error. */
const TRANSIENT_CODES = new Set([REQUEST_LOOP, 90033, 90006, 90024, 90055, 90090, 50033, 50087, 90012]);

const USER_CAN_ACT = new Set([
  'basic_action',
  'additional_action',
  'user_password_expired',
  'bad_token',
  'token_expired',
]);

/** Consent is missing, was declined, or is an administrator's to give. */
const CONSENT_CODES = new Set([65001, 65004, 90008, 90094, 90095]);

/** The tenant leaves this consent to administrators. */
const ADMIN_CONSENT_CODES = new Set([90094, 90095]);

/** Signing in again changes nothing: not assigned, a guest who is not invited, a cross-tenant policy. */
const NOT_ADMITTED_CODES = new Set([50105, 501051, 50020, 50014, 51004, 500212, 500213, 90072]);

/** Conditional access and risk; blocked for good where no claim is named that would help. */
const POLICY_CODES = new Set([
  53000, 53001, 53002, 53003, 53004, 53010, 53011, 530002, 530003, 530032, 530034, 530035, 530084, 50053,
  50131, 50155, 135011,
]);

/** `invalid_grant` about the assertion or its user: no claim makes it good. */
const REFUSED_ASSERTION_CODES = new Set([50013, 500131, 500133, 500341, 50034, 50057, 70000]);

/** `invalid_request` about the assertion, not about the request: no JWT, foreign issuer, an ID token. */
const ASSERTION_CODES = new Set([50027, 50107, 240002]);

/** How the reason of a rejection of the API itself begins. */
const REJECTED_WHAT = {
  credential: "The identity platform rejected the API's own credential or registration",
  resource: 'The identity platform rejected the scopes or the resource that the API requested',
  request: 'The identity platform rejected the token request of the API',
} as const;

/**
 * The error a caller meets for an error answer of the token endpoint. It goes by `error`, `suberror` and
 * `claims`, in this order, and by AADSTS numbers only where those do not tell: Microsoft's numbers and
 * texts change ("Microsoft Entra authentication and authorization error codes").
 */
export function toAcquisitionError(
  answer: OAuthError,
  subject: FailedExchange,
): TokenAcquisitionError | AppOnlyCallerError {
  const { error, claims, details: platform } = answer;
  const { suberror, aadsts = 0 } = platform;
  const isGrantError = error === 'invalid_grant' || error === 'interaction_required';
  const isConsentMissing =
    suberror === 'consent_required' || error === 'consent_required' || CONSENT_CODES.has(aadsts);
  const said = explainPlatformError(platform);

  if (TRANSIENT_ERRORS.has(error) || TRANSIENT_CODES.has(aadsts)) {
    return new IdentityPlatformUnavailableError(`The identity platform cannot serve now: ${said}`, {
      platform,
      retryAfterSeconds: answer.retryAfterSeconds ?? UNSAID_WAIT_SECONDS,
      isToldToWait: answer.retryAfterSeconds !== undefined || aadsts === REQUEST_LOOP,
    });
  }
  if (subject.isAppOnly) {
    return new ClientCredentialError(
      `The API's request for a token of its own was rejected: ${said}`,
      platform,
      rejectedPart(platform),
    );
  }
  if (claims !== undefined && isGrantError && !isConsentMissing && !isExplainedWithoutClaims(platform)) {
    return new ClaimsChallengeError(claims, `The identity platform asks for claims: ${said}`, platform);
  }
  if (isConsentMissing) {
    const reason = `Consent to ${subject.scopes.join(' ')} is missing: ${said}`;
    const uri = ADMIN_CONSENT_CODES.has(aadsts) ? subject.adminConsentUri : subject.consentUri;
    return new ConsentRequiredError(subject.scopes, uri, reason, platform);
  }
  if (
    suberror === 'message_only' ||
    (isGrantError && (NOT_ADMITTED_CODES.has(aadsts) || POLICY_CODES.has(aadsts)))
  ) {
    const why = isGrantError && !NOT_ADMITTED_CODES.has(aadsts) ? claims : undefined;
    return new AccessBlockedError(`Access is blocked: ${said}`, platform, why);
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
  const part = rejectedPart(platform);
  return new ClientCredentialError(`${REJECTED_WHAT[part]}: ${said}`, platform, part);
}

/**
 * Claims can stand beside an error that they do not explain. Then they are not handed on: a client would send its
 * user through a sign-in that ends where it began.
 */
function isExplainedWithoutClaims({ suberror, aadsts = 0 }: PlatformErrorDetails): boolean {
  return (
    suberror === 'message_only' ||
    NOT_ADMITTED_CODES.has(aadsts) ||
    (suberror === undefined && REFUSED_ASSERTION_CODES.has(aadsts))
  );
}
