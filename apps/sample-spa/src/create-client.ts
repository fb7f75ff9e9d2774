import { PublicClientApplication, type IPublicClientApplication } from '@azure/msal-browser';
import type { PageSettings } from './page-settings.js';

/** The page as a client of the identity platform, with the account that signed in before, if any. */
export async function createClient({ authority, clientId }: PageSettings): Promise<IPublicClientApplication> {
  const redirectUri = `${location.origin}/`;
  const client = new PublicClientApplication({
    auth: {
      clientId,
      authority,
      // The emulator is none of Microsoft's hosts, so it is not looked up among them.
      knownAuthorities: [new URL(authority).host],
      authorityMetadata: JSON.stringify(endpointsOf(authority)),
      redirectUri,
      postLogoutRedirectUri: redirectUri,
      // It can answer a claims challenge: without this the API would not send one for an authentication context.
      clientCapabilities: ['cp1'],
    },
    cache: { cacheLocation: 'sessionStorage' },
  });
  await client.initialize();
  return client;
}

/**
 * The endpoints of a tenant, as its discovery document names them. Reading that document would be the first request to
 * the emulator, and a script's request cannot ask about a certificate: the sign-in page, which comes first this way,
 * can.
 */
function endpointsOf(authority: string): Record<string, string> {
  return {
    issuer: `${authority}/v2.0`,
    authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
    token_endpoint: `${authority}/oauth2/v2.0/token`,
    end_session_endpoint: `${authority}/oauth2/v2.0/logout`,
    jwks_uri: `${authority}/discovery/v2.0/keys`,
  };
}
