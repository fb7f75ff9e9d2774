import { HttpStatus } from '@nestjs/common';
import { ownProperties } from '../own-properties.js';
import { EntraAuthError } from './entra-auth.error.js';
import type { Challenge } from './challenge.js';
import type { EntraErrorCode } from './error-codes.js';

/**
 * What the identity platform said, as far as it is safe to log: its codes and ids, never its text,
 * which can name users and applications.
 */
export interface PlatformErrorDetails {
  /** HTTP status of the answer. */
  status?: number;
  /** OAuth error code (RFC 6749 section 5.2). */
  error?: string;
  /** Microsoft's finer code: `basic_action`, `consent_required`, `bad_token` … */
  suberror?: string;
  /** AADSTS number, `65001` for AADSTS65001. */
  aadsts?: number;
  traceId?: string;
  correlationId?: string;
  /** The identity platform's own time of the answer. */
  timestamp?: string;
}

interface AcquisitionErrorInit<Code extends EntraErrorCode> {
  code: Code;
  status: number;
  publicMessage: string;
  reason: string;
  platform: PlatformErrorDetails;
  body?: Readonly<Record<string, unknown>>;
  challenge?: Challenge;
  retryAfterSeconds?: number;
  cause?: unknown;
}

/** No token came back: the base of every answer of the identity platform that is not one. */
export abstract class TokenAcquisitionError<
  Code extends EntraErrorCode = EntraErrorCode,
> extends EntraAuthError<Code> {
  readonly platform: PlatformErrorDetails;

  protected constructor(init: AcquisitionErrorInit<Code>) {
    super(init);
    this.platform = ownProperties(init.platform);
  }
}

/**
 * The identity platform wants a claim before it issues the downstream token (conditional access,
 * multi-factor authentication, continuous access evaluation): 401 `insufficient_claims`, so that the
 * client asks its user and comes back with a new token.
 */
export class ClaimsChallengeError extends TokenAcquisitionError<'claims_challenge'> {
  /** @param claims the claims request, JSON exactly as received */
  constructor(
    readonly claims: string,
    reason: string,
    platform: PlatformErrorDetails = {},
  ) {
    super({
      code: 'claims_challenge',
      status: HttpStatus.UNAUTHORIZED,
      publicMessage: 'The identity platform asks the user for more before this request can be served',
      reason,
      platform,
      challenge: { error: 'insufficient_claims', claims },
    });
  }
}

/** The user has to sign in again and no claim is named (AADSTS50076 without claims, 50173, 70043): 401 `invalid_token`. */
export class InteractionRequiredError extends TokenAcquisitionError<'interaction_required'> {
  constructor(reason: string, platform: PlatformErrorDetails = {}) {
    super({
      code: 'interaction_required',
      status: HttpStatus.UNAUTHORIZED,
      publicMessage: 'The user has to sign in again',
      reason,
      platform,
      // A word of Microsoft's, and no sentence: text of the identity platform does not reach the caller.
      body: /^[a-z][a-z_]{0,40}$/.test(platform.suberror ?? '') ? { suberror: platform.suberror } : {},
      challenge: { error: 'invalid_token', errorDescription: 'The user has to sign in again' },
    });
  }
}

/** Access is blocked whatever the user does (AADSTS53003 and its like, 50105, guests refused): 403. */
export class AccessBlockedError extends TokenAcquisitionError<'access_blocked'> {
  /** @param claims sent along when the identity platform named some; they tell the user why, not how to get in */
  constructor(reason: string, platform: PlatformErrorDetails = {}, claims?: string) {
    const publicMessage = 'Access is blocked by a policy of the organization';
    super({
      code: 'access_blocked',
      status: HttpStatus.FORBIDDEN,
      publicMessage,
      reason,
      platform,
      challenge: { error: 'insufficient_scope', errorDescription: publicMessage, claims },
    });
  }
}

/** Neither the user nor an administrator consented to what the API asks downstream (AADSTS65001): 403. */
export class ConsentRequiredError extends TokenAcquisitionError<'consent_required'> {
  /**
   * @param scopes the downstream scopes that were asked for
   * @param consentUri where the user can consent
   */
  constructor(
    readonly scopes: readonly string[],
    readonly consentUri: string,
    reason: string,
    platform: PlatformErrorDetails = {},
  ) {
    super({
      code: 'consent_required',
      status: HttpStatus.FORBIDDEN,
      publicMessage: 'The user has not consented to what this request needs',
      reason,
      platform,
      body: { scopes, consentUri },
      challenge: {
        error: 'insufficient_scope',
        errorDescription: 'Consent is missing',
        scope: scopes.join(' '),
      },
    });
  }
}

/** The caller's token was refused as assertion (AADSTS50013, 500131, 500133, 240002 …): 401 `invalid_token`. */
export class AssertionRejectedError extends TokenAcquisitionError<'assertion_rejected'> {
  constructor(reason: string, platform: PlatformErrorDetails = {}) {
    const publicMessage = 'The identity platform did not accept the access token';
    super({
      code: 'assertion_rejected',
      status: HttpStatus.UNAUTHORIZED,
      publicMessage,
      reason,
      platform,
      challenge: { error: 'invalid_token', errorDescription: publicMessage },
    });
  }
}

/** What of the API the identity platform rejected: who it is, what it requested, or the request as such. */
export type ClientCredentialErrorPart = 'credential' | 'resource' | 'request';

const CLIENT_CREDENTIAL_MESSAGES: Readonly<Record<ClientCredentialErrorPart, string>> = {
  credential: 'The API could not authenticate itself to the identity platform',
  resource: 'The API requested a scope or resource that the identity platform does not know or allow',
  request: 'The identity platform rejected a token request of the API',
};

/**
 * The API's own credential or registration was refused (AADSTS7000215, 700016, 700027, `invalid_scope` …):
 * 500, because the caller can do nothing about it.
 */
export class ClientCredentialError extends TokenAcquisitionError<'client_credential_rejected'> {
  /** @param part what was rejected; decides the text for the caller. Default: the credential */
  constructor(
    reason: string,
    platform: PlatformErrorDetails = {},
    readonly part: ClientCredentialErrorPart = 'credential',
  ) {
    super({
      code: 'client_credential_rejected',
      status: HttpStatus.INTERNAL_SERVER_ERROR,
      publicMessage: CLIENT_CREDENTIAL_MESSAGES[part],
      reason,
      platform,
    });
  }
}

/** The identity platform is out of reach, throttles, or answers what cannot be used: 503 with `Retry-After`. */
export class IdentityPlatformUnavailableError extends TokenAcquisitionError<'identity_platform_unavailable'> {
  /** Whether the identity platform itself asked to wait: with 429, with `Retry-After`, or with its brake on loops. */
  readonly isToldToWait: boolean;

  /**
   * @param options.retryAfterSeconds when to come back; brought into 1 to 300. Default 5
   * @param options.isToldToWait default: whether the answer was a 429
   */
  constructor(
    reason: string,
    options: {
      retryAfterSeconds?: number;
      isToldToWait?: boolean;
      platform?: PlatformErrorDetails;
      cause?: unknown;
    } = {},
  ) {
    const { retryAfterSeconds = 5, isToldToWait, cause, platform = {} } = ownProperties(options);
    super({
      code: 'identity_platform_unavailable',
      status: HttpStatus.SERVICE_UNAVAILABLE,
      publicMessage: 'The identity platform is not available; try again later',
      reason,
      platform,
      retryAfterSeconds: Math.min(300, Math.max(1, Math.ceil(retryAfterSeconds))),
      cause,
    });
    this.isToldToWait = isToldToWait ?? this.platform.status === 429;
  }
}

/** A token for the user was asked for where no user is: outside a request, after its end, or on an unprotected route: 500. */
export class NoUserAssertionError extends EntraAuthError<'no_user_assertion'> {
  /** Whether there was a caller, who closed the connection before the response was sent. */
  readonly isConnectionClosed: boolean;

  constructor(message: string, options: { isConnectionClosed?: boolean } = {}) {
    super({
      code: 'no_user_assertion',
      status: HttpStatus.INTERNAL_SERVER_ERROR,
      publicMessage: 'The API asked for a token of the user outside an authenticated request',
      message,
    });
    this.isConnectionClosed = options.isConnectionClosed ?? false;
  }
}
