import { AadstsError } from '../errors/aadsts-error.js';
import type { EmulatedApplication } from '../tenants/application.js';
import { isSignedWith, type DecodedToken } from '../tokens/json-web-token.js';
import { checkAssertionTime } from './assertion-time.js';
import { certificateOfTrustedSubject } from './subject-name-certificate.js';
import {
  hexOf,
  isNamedBy,
  registeredCertificate,
  type RegisteredCertificate,
} from './registered-certificate.js';

/** What a certificate assertion is checked against. */
export interface CertificateAssertionContext {
  readonly application: EmulatedApplication;
  /** The addresses it may be made out to. */
  readonly audiences: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Checks an assertion that the client signed with its certificate (Microsoft: certificate credentials; RFC 7523 §3). */
export function checkCertificateAssertion(token: DecodedToken, context: CertificateAssertionContext): void {
  checkAlgorithm(token);
  checkKeyIsNamed(token);
  checkAudiencePresent(token);
  const registered = findCertificate(token, context.application);
  checkSignature(token, registered);
  checkCertificateValidity(registered, context.now);
  checkAudience(token, context.audiences);
  checkClientIdentifier(token, context.application);
  checkAssertionTime(token.payload, context.now);
}

function checkAlgorithm({ header }: DecodedToken): void {
  const algorithm = header['alg'];
  if (typeof algorithm !== 'string' || !/^(?:RS|PS)(?:256|384|512)$/.test(algorithm)) {
    throw new AadstsError(5002738, [String(algorithm)]);
  }
}

function checkKeyIsNamed({ header }: DecodedToken): void {
  if (!['x5t', 'x5t#S256', 'kid'].some((name) => typeof header[name] === 'string')) {
    throw new AadstsError(5002723);
  }
}

function checkAudiencePresent({ payload }: DecodedToken): void {
  if (payload['aud'] === undefined) {
    throw new AadstsError(90014, ['aud']);
  }
}

function findCertificate(token: DecodedToken, application: EmulatedApplication): RegisteredCertificate {
  const registered =
    application.certificates
      .map((pem) => registeredCertificate(pem))
      .find((certificate) => isNamedBy(certificate, token.header)) ??
    certificateOfTrustedSubject(token.header, application.trustedSubjectNames);
  if (registered === undefined) {
    throw new AadstsError(700027, [
      `The key was not found., Thumbprint of key used by client: '${thumbprintOf(token)}', Please visit the Azure ` +
        "Portal, Graph Explorer or directly use MS Graph to see configured keys for app Id '" +
        `${application.clientId}'. Review the documentation at ` +
        'https://docs.microsoft.com/en-us/graph/deployments to determine the corresponding service endpoint and ' +
        'https://docs.microsoft.com/en-us/graph/api/application-get?view=graph-rest-1.0&tabs=http to build a query ' +
        `request URL, such as 'https://graph.microsoft.com/beta/applications/${application.clientId}'.`,
    ]);
  }
  return registered;
}

function checkSignature(token: DecodedToken, { certificate, x5t }: RegisteredCertificate): void {
  if (!isSignedWith(token, token.header['alg'], certificate.publicKey)) {
    throw new AadstsError(700027, [
      'Key was found, but use of the key to verify the signature failed., ' +
        `Thumbprint of key used by client: '${hexOf(x5t)}', Found key 'Start=${certificate.validFrom}, ` +
        `End=${certificate.validTo}'`,
    ]);
  }
}

function checkCertificateValidity({ certificate }: RegisteredCertificate, now: number): void {
  if (now < Date.parse(certificate.validFrom) || now > Date.parse(certificate.validTo)) {
    throw new AadstsError(1000502);
  }
}

function checkAudience({ payload }: DecodedToken, audiences: readonly string[]): void {
  if (!audiences.some((audience) => audience === payload['aud'])) {
    throw new AadstsError(700023);
  }
}

function checkClientIdentifier({ payload }: DecodedToken, { clientId }: EmulatedApplication): void {
  if (payload['iss'] !== clientId || payload['sub'] !== clientId) {
    throw new AadstsError(700021);
  }
}

function thumbprintOf({ header }: DecodedToken): string {
  const named = header['x5t'] ?? header['x5t#S256'];
  return typeof named === 'string' ? hexOf(named) : String(header['kid']);
}
