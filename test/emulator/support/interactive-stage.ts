import { createHash, randomBytes } from 'node:crypto';
import { EntraEmulator, type BrowserPage, type EmulatedBrowser } from 'entra-emulator';
import { postToken, type Answered } from './token-client.js';

export const WEB_SECRET = 'web-secret-canary';
export const SPA_REDIRECT = 'http://localhost:4200/';
export const WEB_REDIRECT = 'https://web.example/signin-oidc';
export const DESKTOP_REDIRECT = 'http://localhost';

type Parameters = Readonly<Record<string, string | undefined>>;

/** A PKCE pair, method S256. */
export function pkce(): { verifier: string; challenge: string } {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

/** An emulator with clients of every platform, an API and five users, for one spec file. */
export async function createInteractiveStage() {
  const clock = { now: Date.now() };
  const emulator = await EntraEmulator.start({ now: () => clock.now });
  const adele = emulator.addUser({ name: 'Adele Vance' });
  const ben = emulator.addUser({ name: 'Ben Walters' });
  const megan = emulator.addUser({ name: 'Megan Bowen', isAdministrator: true });
  const grady = emulator.addUser({
    name: 'Grady Archie',
    email: 'grady@fabrikam.example',
    guestFrom: '22222222-aaaa-4bbb-8ccc-0000000000b0',
  });
  const disabled = emulator.addUser({ name: 'Dora Disabled', disabled: true });
  const api = emulator.addApplication({
    name: 'Orders API',
    identifierUris: ['api://orders'],
    scopes: ['Read', 'Write', 'Manage'],
    adminConsentScopes: ['Manage'],
    clientSecrets: ['api-secret'],
  });
  const spa = emulator.addApplication({ name: 'Orders page', redirectUris: { spa: [SPA_REDIRECT] } });
  const web = emulator.addApplication({
    name: 'Orders web',
    clientSecrets: [WEB_SECRET],
    redirectUris: { web: [WEB_REDIRECT] },
  });
  const desktop = emulator.addApplication({
    name: 'Orders desktop',
    isPublicClient: true,
    redirectUris: { publicClient: [DESKTOP_REDIRECT] },
  });
  for (const { clientId } of [spa, web, desktop]) {
    emulator.grantConsent({ clientId, scopes: ['openid', 'profile', 'offline_access', 'api://orders/Read'] });
  }
  const keys = pkce();

  /** An authorization request of the single-page application with the changes. */
  const authorizeUrl = (changes: Parameters = {}, tenant: string = emulator.tenantId): string => {
    const parameters: Parameters = {
      client_id: spa.clientId,
      response_type: 'code',
      redirect_uri: SPA_REDIRECT,
      response_mode: 'fragment',
      scope: 'openid profile offline_access api://orders/Read',
      state: 'a state',
      nonce: 'a nonce',
      client_info: '1',
      code_challenge: keys.challenge,
      code_challenge_method: 'S256',
      ...changes,
    };
    const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
    return `/${tenant}/oauth2/v2.0/authorize?${new URLSearchParams(given as [string, string][]).toString()}`;
  };

  /** Opens the request and chooses the user. */
  const choose = async (
    browser: EmulatedBrowser,
    name: string,
    changes: Parameters = {},
    tenant?: string,
  ): Promise<BrowserPage> => browser.press(await browser.open(authorizeUrl(changes, tenant)), name);

  /** A code for the single-page application, of Adele. */
  const code = async (changes: Parameters = {}, browser = emulator.openBrowser()): Promise<string> => {
    const { reply } = await choose(browser, 'Adele', changes);
    return reply?.parameters['code'] ?? '';
  };

  /** Redeems a code as the single-page application's page does, with the changes. */
  const redeem = (changes: Parameters, headers: Readonly<Record<string, string | undefined>> = {}) => {
    const all = { origin: 'http://localhost:4200', ...headers };
    return postToken(
      emulator,
      {
        grant_type: 'authorization_code',
        client_id: spa.clientId,
        redirect_uri: SPA_REDIRECT,
        code_verifier: keys.verifier,
        scope: 'openid profile offline_access api://orders/Read',
        client_info: '1',
        ...changes,
      },
      emulator.tenantId,
      Object.fromEntries(
        Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
      ),
    );
  };

  /** Uses a refresh token as the single-page application's page does, with the changes. */
  const refresh = (
    changes: Parameters,
    headers: Readonly<Record<string, string>> = { origin: 'http://localhost:4200' },
  ): Promise<Answered> =>
    postToken(
      emulator,
      {
        grant_type: 'refresh_token',
        client_id: spa.clientId,
        scope: 'openid offline_access api://orders/Read',
        ...changes,
      },
      emulator.tenantId,
      headers,
    );

  return {
    emulator,
    clock,
    keys,
    users: { adele, ben, megan, grady, disabled },
    api,
    spa,
    web,
    desktop,
    authorizeUrl,
    choose,
    code,
    redeem,
    refresh,
  };
}

export type InteractiveStage = Awaited<ReturnType<typeof createInteractiveStage>>;

/** The refusal that came back to the client: `error AADSTS…`, and where. */
export function refusalOf({ reply }: BrowserPage): string {
  const { error, error_description: description } = reply?.parameters ?? {};
  return `${error} ${/^AADSTS\d+/.exec(description ?? '')?.[0]}`;
}
