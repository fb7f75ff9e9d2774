import { Assertion } from '../caller/assertion.js';
import { ConfigurationError } from '../errors/configuration.error.js';
import { quoteForLog } from '../errors/log-text.js';
import { isGuid } from '../options/guid.js';
import { detach, ownProperties } from '../own-properties.js';
import {
  encodedSamlAssertion,
  isSamlBearerType,
  SAML_BEARER_TYPES,
  samlAssertionEnd,
} from './saml-assertion.js';
import type { ExchangeSubject } from './token-requests.js';

/** The grant type of an assertion that is a JSON Web Token (RFC 7523 section 2.1). */
export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** An exchange without a request. */
export interface OnBehalfOfRequest {
  /** The user's access token for this API, or a SAML assertion as XML or as its base64url. */
  readonly assertion: string;
  /**
   * Default `urn:ietf:params:oauth:grant-type:jwt-bearer`; for SAML assertions
   * `urn:ietf:params:oauth:grant-type:saml2-bearer` or `urn:ietf:params:oauth:grant-type:saml1_1-bearer`.
   */
  readonly assertionType?: string;
  /** Tenant to exchange at, a GUID. Default: the assertion's own `tid`; a SAML assertion names none. */
  readonly tenantId?: string;
  /** Scopes of one downstream API. */
  readonly scopes: string | readonly string[];
  /** Claims request of a challenge, JSON. */
  readonly claims?: string;
}

/**
 * Whom an assertion speaks of that did not come with a request. It is not validated here: the identity
 * platform does that, and what is read from it only finds its tenant and bounds the life of the token.
 *
 * @throws ConfigurationError when no tenant is known
 */
export function presentedAssertion(request: OnBehalfOfRequest): ExchangeSubject {
  if (typeof request !== 'object' || request === null) {
    throw new ConfigurationError(
      'acquireTokenOnBehalfOf() was given no request; give { assertion, scopes }.',
    );
  }
  const { assertion, assertionType, tenantId } = ownProperties(request);
  const isSaml = isSamlBearerType(assertionType);
  if (assertionType !== undefined && assertionType !== JWT_BEARER && !isSaml) {
    const accepted = [JWT_BEARER, ...SAML_BEARER_TYPES].join(', ');
    throw new ConfigurationError(`assertionType is ${quoteForLog(assertionType)}; give one of ${accepted}.`);
  }
  if (typeof assertion !== 'string' || assertion === '') {
    throw new ConfigurationError('assertion is missing; give the access token of the user.');
  }
  const { tid, oid, exp } = detach(isSaml ? {} : payloadOf(assertion));
  const tenant = tenantId === undefined ? tid : String(tenantId).toLowerCase();
  if (!isGuid(tenant)) {
    throw new ConfigurationError('The assertion names no tenant; pass tenantId, a GUID.');
  }
  if (isSaml) {
    const encoded = encodedSamlAssertion(assertion);
    const assertionExpiresAt = samlAssertionEnd(encoded);
    return {
      assertion: new Assertion(encoded),
      assertionType,
      tenantId: tenant,
      userId: '',
      assertionExpiresAt,
    };
  }
  return {
    assertion: new Assertion(assertion),
    tenantId: tenant,
    userId: typeof oid === 'string' ? oid : '',
    assertionExpiresAt: typeof exp === 'number' && Number.isFinite(exp) ? exp * 1000 : Infinity,
  };
}

function payloadOf(assertion: string): Record<string, unknown> {
  try {
    const payload: unknown = JSON.parse(Buffer.from(assertion.split('.')[1] ?? '', 'base64url').toString());
    return typeof payload === 'object' && payload !== null ? (payload as Record<string, unknown>) : {};
  } catch {
    return {}; // The identity platform says what is wrong with it: AADSTS50027.
  }
}
