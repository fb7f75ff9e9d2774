import { AadstsError } from '../errors/aadsts-error.js';
import type { Platform } from '../platform.js';
import type { EmulatedApplication } from '../tenants/application.js';
import { decodeToken, type DecodedToken } from '../tokens/json-web-token.js';
import { checkCertificateAssertion } from './certificate-assertion.js';
import { checkFederatedAssertion } from './federated-assertion.js';

/**
 * Checks a client assertion of either kind. One whose issuer is an address comes from another identity provider; any
 * other is signed by the client itself. The same assertion may come again until it expires.
 */
export async function checkClientAssertion(
  platform: Platform,
  application: EmulatedApplication,
  assertion: string,
  audiences: readonly string[],
): Promise<void> {
  const token = decodeAssertion(assertion);
  if (isFederated(token)) {
    await checkFederatedAssertion(platform, token, application);
  } else {
    checkCertificateAssertion(token, { application, audiences, now: platform.now() });
  }
}

/** AADSTS50027 for what is no JWT or has a list of audiences, AADSTS90014 for a missing issuer. */
function decodeAssertion(assertion: string): DecodedToken {
  const token = decodeToken(assertion);
  if (token === undefined || Array.isArray(token.payload['aud'])) {
    throw new AadstsError(50027);
  }
  if (token.payload['iss'] === undefined) {
    throw new AadstsError(90014, ['iss']);
  }
  return token;
}

function isFederated({ payload }: DecodedToken): boolean {
  return typeof payload['iss'] === 'string' && /^https?:\/\//i.test(payload['iss']);
}
