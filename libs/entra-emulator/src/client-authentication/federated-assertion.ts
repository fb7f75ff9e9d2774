import { AadstsError } from '../errors/aadsts-error.js';
import type { Platform } from '../platform.js';
import type { EmulatedApplication, FederatedCredentialInit } from '../tenants/application.js';
import { isOfUser } from '../tokens/caller-kind.js';
import { tokenIssuer } from '../tokens/issuer.js';
import { isSignedWith, type DecodedToken } from '../tokens/json-web-token.js';
import { checkAssertionTime } from './assertion-time.js';
import { fetchProviderKeys, type ProviderKey } from './provider-keys.js';

/** Begins the subject of a managed identity's token; a mismatch has a code of its own. */
const MANAGED_IDENTITY_PATH = '/eid1/c/pub/t/';

const TOKEN_EXCHANGE_AUDIENCES: readonly string[] = ['api://AzureADTokenExchange'];

/** Checks a token of another identity provider (Microsoft: workload identity federation), in Entra's order. */
export async function checkFederatedAssertion(
  platform: Platform,
  token: DecodedToken,
  application: EmulatedApplication,
): Promise<void> {
  const credentials = credentialsOfIssuer(token, application);
  const keys = await providerKeys(platform, String(token.payload['iss']));
  checkSignature(token, keys);
  checkIsAppOnly(platform, token);
  const addressed = credentialsOfAudience(token, credentials);
  checkSubject(token, addressed);
  checkAssertionTime(token.payload, platform.now());
}

function credentialsOfIssuer(
  { payload }: DecodedToken,
  { federatedCredentials }: EmulatedApplication,
): readonly FederatedCredentialInit[] {
  const issuer = String(payload['iss']);
  const matching = federatedCredentials.filter((credential) => credential.issuer === issuer);
  if (matching.length > 0) {
    return matching;
  }
  if (federatedCredentials.some((credential) => isSameButForCase(credential.issuer, issuer))) {
    throw new AadstsError(7002138, ['issuer', issuer]);
  }
  throw new AadstsError(700211, [issuer]);
}

function credentialsOfAudience(
  { payload }: DecodedToken,
  credentials: readonly FederatedCredentialInit[],
): readonly FederatedCredentialInit[] {
  const audience = String(payload['aud']);
  const matching = credentials.filter(({ audiences }) =>
    (audiences ?? TOKEN_EXCHANGE_AUDIENCES).includes(audience),
  );
  if (matching.length === 0) {
    throw new AadstsError(700212, [audience]);
  }
  return matching;
}

function checkSubject({ payload }: DecodedToken, credentials: readonly FederatedCredentialInit[]): void {
  const subject = String(payload['sub']);
  if (credentials.some((credential) => credential.subject === subject)) {
    return;
  }
  if (credentials.some((credential) => isSameButForCase(credential.subject, subject))) {
    throw new AadstsError(7002138, ['subject', subject]);
  }
  throw new AadstsError(subject.startsWith(MANAGED_IDENTITY_PATH) ? 7002137 : 700213, [subject]);
}

function checkSignature(token: DecodedToken, keys: readonly ProviderKey[]): void {
  const { kid, alg } = token.header;
  const named = keys.filter((key) => kid === undefined || key.kid === kid);
  if (named.length === 0) {
    throw new AadstsError(700027, ['The key was not found.']);
  }
  if (!named.some(({ key }) => isSignedWith(token, alg, key))) {
    throw new AadstsError(700027, ['Key was found, but use of the key to verify the signature failed.']);
  }
}

/** A user's token is no credential of an application: AADSTS700229, asked of Entra's own issuers only. */
function checkIsAppOnly(platform: Platform, { payload }: DecodedToken): void {
  if (isOwnIssuer(platform, String(payload['iss'])) && isOfUser(payload)) {
    throw new AadstsError(700229);
  }
}

async function providerKeys(platform: Platform, issuer: string): Promise<readonly ProviderKey[]> {
  if (!isOwnIssuer(platform, issuer)) {
    return fetchProviderKeys(platform.fetch, issuer);
  }
  // The metadata of a tenant that does not exist has no keys, whoever signed.
  if (!platform.directory.tenants.some(({ tenantId }) => issuer === tokenIssuer(platform.url, tenantId, 2))) {
    throw new AadstsError(900612);
  }
  return platform.signingKeys.published.map(({ kid, publicKey }) => ({ kid, key: publicKey }));
}

function isOwnIssuer(platform: Platform, issuer: string): boolean {
  return issuer.startsWith(`${platform.url}/`);
}

function isSameButForCase(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
