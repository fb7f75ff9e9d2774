import { AadstsError } from '../errors/aadsts-error.js';
import type { Platform } from '../platform.js';
import type { EmulatedApplication } from '../tenants/application.js';
import type { ClientPlatform } from '../tenants/redirect-uris.js';
import type { ClientAuthentication, TokenClient } from '../tokens/token-client.js';
import { checkClientAssertion } from './client-assertion.js';
import { checkClientSecret } from './client-secret.js';
import { presentedCredential, type PresentedCredential } from './presented-credential.js';

/** What a client's credential is checked against. */
export interface ClientAuthenticationContext {
  readonly platform: Platform;
  readonly application: EmulatedApplication;
  readonly form: ReadonlyMap<string, string>;
  /** The addresses an assertion may be made out to. */
  readonly audiences: readonly string[];
  /** The platform that the presented code or refresh token was issued to. */
  readonly clientPlatform: ClientPlatform | undefined;
}

/** Checks the client's credential, of whichever kind, and says how the client authenticated. */
export async function authenticateClient({
  platform,
  application,
  form,
  audiences,
  clientPlatform,
}: ClientAuthenticationContext): Promise<TokenClient> {
  const credential = presentedCredential(form);
  if (application.isPublicClient || clientPlatform === 'spa' || clientPlatform === 'publicClient') {
    checkPublicClient(credential, form);
    return clientOf(application, '0');
  }
  switch (credential.kind) {
    case 'none':
      throw missingCredential(form);
    case 'secret':
      checkClientSecret(application, credential.secret, platform.now());
      return clientOf(application, '1');
    case 'assertion':
      await checkClientAssertion(platform, application, credential.assertion, audiences);
      return clientOf(application, '2');
  }
}

/** A public client must not show a credential (AADSTS700025), and without one it may only redeem what it was given. */
function checkPublicClient(credential: PresentedCredential, form: ReadonlyMap<string, string>): void {
  if (credential.kind !== 'none') {
    throw new AadstsError(700025);
  }
  if (!['authorization_code', 'refresh_token'].includes(form.get('grant_type') ?? '')) {
    throw missingCredential(form);
  }
}

/** AADSTS7000218, which the client credentials grant calls AADSTS7000216. */
function missingCredential(form: ReadonlyMap<string, string>): AadstsError {
  return new AadstsError(form.get('grant_type') === 'client_credentials' ? 7000216 : 7000218);
}

function clientOf(application: EmulatedApplication, authentication: ClientAuthentication): TokenClient {
  const { clientId, name, objectId } = application;
  return { clientId, name, objectId, authentication };
}
