import { AadstsError } from '../errors/aadsts-error.js';
import { preciseTime } from '../errors/error-time.js';
import type { Platform } from '../platform.js';
import type { EmulatedApplication } from '../tenants/application.js';
import { isOfUser, scopesIn } from '../tokens/caller-kind.js';
import { isEntraIssuer } from '../tokens/issuer.js';
import { decodeToken, isSignedWith, type DecodedToken } from '../tokens/json-web-token.js';

/** Checks the token a user's client sent to the API, in Entra's order, and gives it back decoded. */
export function checkUserAssertion(
  platform: Platform,
  application: EmulatedApplication,
  assertion: string,
): DecodedToken {
  const token = checkShape(assertion);
  checkIssuer(platform, token);
  checkSignature(platform, token);
  checkAudience(token, application);
  checkTime(token, platform.now());
  refuseIdToken(token);
  refuseAppOnlyToken(token, application);
  return token;
}

/** AADSTS50027: not a JWT, or one with a list of audiences. */
function checkShape(assertion: string): DecodedToken {
  const token = decodeToken(assertion);
  if (token === undefined || Array.isArray(token.payload['aud'])) {
    throw new AadstsError(50027);
  }
  return token;
}

/** AADSTS50107: issued by another identity provider. */
function checkIssuer({ url }: Platform, { payload }: DecodedToken): void {
  const issuer = typeof payload['iss'] === 'string' ? payload['iss'] : '';
  if (!isEntraIssuer(url, issuer)) {
    throw new AadstsError(50107, [issuer]);
  }
}

/**
 * AADSTS50013: signed by an unknown key, altered, or a Microsoft Graph token, whose shown header was not signed. The
 * custom signing key of an application is as good as unknown: an API that has one cannot act on behalf of its callers
 * (Microsoft: on-behalf-of flow, client limitations).
 */
function checkSignature({ signingKeys }: Platform, token: DecodedToken): void {
  const { kid, x5t, alg } = token.header;
  const key = signingKeys.find(kid ?? x5t);
  if (key === undefined) {
    throw new AadstsError(50013, [
      'The key was not found., Please visit the Azure Portal, Graph Explorer or directly use MS Graph to see ' +
        "configured keys for app Id '00000000-0000-0000-0000-000000000000'.",
    ]);
  }
  if (alg !== 'RS256' || !isSignedWith(token, alg, key.publicKey)) {
    const thumbprint = Buffer.from(key.kid, 'base64url').toString('hex').toUpperCase();
    const { validFrom, validTo } = key.certificate;
    throw new AadstsError(50013, [
      'Key was found, but use of the key to verify the signature failed., Thumbprint of key used by client: ' +
        `'${thumbprint}', Found key 'Start=${validFrom}, End=${validTo}'`,
    ]);
  }
}

/** AADSTS500131: not addressed to the application that presents it. Letter case counts. */
function checkAudience({ payload }: DecodedToken, application: EmulatedApplication): void {
  const { aud } = payload;
  const accepted = [application.clientId, ...(payload['ver'] === '1.0' ? application.identifierUris : [])];
  if (!accepted.some((audience) => audience === aud)) {
    throw new AadstsError(500131, [String(aud), application.clientId]);
  }
}

/** AADSTS500133: expired or not yet valid. There is no leeway. */
function checkTime({ payload }: DecodedToken, now: number): void {
  const expiry = seconds(payload['exp']) * 1000;
  const validFrom = seconds(payload['nbf']) * 1000;
  if (now >= expiry || now < validFrom) {
    throw new AadstsError(500133, [preciseTime(now), preciseTime(expiry)]);
  }
}

/** AADSTS240002: an ID token names no client besides its audience, and no scope; it may have roles. */
function refuseIdToken({ payload }: DecodedToken): void {
  const namesClient = ['azp', 'appid'].some((name) => payload[name] !== undefined);
  if (!namesClient && scopesIn(payload).length === 0) {
    throw new AadstsError(240002);
  }
}

/** AADSTS7000114: no user, so nobody on whose behalf to call. A scope list that is empty or `/` is that of an application. */
function refuseAppOnlyToken({ payload }: DecodedToken, { clientId }: EmulatedApplication): void {
  if (!isOfUser(payload) || scopesIn(payload).length === 0) {
    throw new AadstsError(7000114, [clientId]);
  }
}

/** A NumericDate within what a Date can hold; 1970 when absent. */
function seconds(numericDate: unknown): number {
  return typeof numericDate === 'number' ? Math.min(Math.max(numericDate, 0), 8_640_000_000_000) : 0;
}
