import { AadstsError } from '../errors/aadsts-error.js';
import type { EmulatedApplication } from '../tenants/application.js';
import { defaultRedirectUri, platformOfRedirectUri, type ClientPlatform } from '../tenants/redirect-uris.js';

const RESPONSE_MODES = ['query', 'fragment', 'form_post'] as const;

/** How an answer reaches the client (OAuth 2.0 Multiple Response Types §2.1, OAuth 2.0 Form Post). */
export type ResponseMode = (typeof RESPONSE_MODES)[number];

/** Where the answer to an authorization request goes. */
export interface ReplyTarget {
  /** As the request wrote it. */
  readonly redirectUri: string;
  readonly platform: ClientPlatform;
  readonly responseMode: ResponseMode;
  readonly state: string | undefined;
}

/**
 * The address that may be answered to. An address that is not registered is AADSTS50011 and none at all AADSTS500113:
 * both are shown to the user, for there is nobody to send them to (RFC 6749 §4.1.2.1).
 */
export function findReplyTarget(
  application: EmulatedApplication,
  parameters: ReadonlyMap<string, string>,
): ReplyTarget {
  const redirectUri = parameters.get('redirect_uri') ?? defaultRedirectUri(application.redirectUris);
  if (redirectUri === undefined) {
    throw new AadstsError(500113);
  }
  const platform = platformOfRedirectUri(application.redirectUris, redirectUri);
  if (platform === undefined) {
    throw new AadstsError(50011, [redirectUri, application.clientId]);
  }
  return {
    redirectUri,
    platform,
    responseMode: RESPONSE_MODES.find((mode) => mode === parameters.get('response_mode')) ?? 'query',
    state: parameters.get('state'),
  };
}

/** AADSTS70007: a response mode that there is not. Asked once there is an address to answer to. */
export function checkResponseMode(parameters: ReadonlyMap<string, string>): void {
  const mode = parameters.get('response_mode');
  if (mode !== undefined && !RESPONSE_MODES.some((known) => known === mode)) {
    throw new AadstsError(70007, [mode]);
  }
}
