import {
  ConfidentialClientApplication,
  CryptoProvider,
  InteractionRequiredAuthError,
  PublicClientApplication,
  ServerError,
  type AuthenticationResult,
  type Configuration,
  type INetworkModule,
} from '@azure/msal-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createInteractiveStage,
  WEB_REDIRECT,
  WEB_SECRET,
  type InteractiveStage,
} from './support/interactive-stage.js';
import { decode } from './support/token-client.js';

let stage: InteractiveStage;
beforeAll(async () => {
  stage = await createInteractiveStage();
});
afterAll(() => stage.emulator.stop());

const REDIRECT = 'http://localhost:53682';
const SCOPES = ['api://orders/Read'];

function configuration(
  clientId: string,
  clientSecret?: string,
  tenant = stage.emulator.tenantId,
): Configuration {
  const exchange: INetworkModule['sendPostRequestAsync'] = async (url, options) => send(url, 'POST', options);
  return {
    auth: {
      clientId,
      authority: `${stage.emulator.url}/${tenant}`,
      knownAuthorities: [new URL(stage.emulator.url).host],
      ...(clientSecret === undefined ? {} : { clientSecret }),
    },
    system: {
      networkClient: {
        sendGetRequestAsync: async (url, options) => send(url, 'GET', options),
        sendPostRequestAsync: exchange,
      },
    },
  };
}

async function send<T>(
  url: string,
  method: string,
  options?: { headers?: Record<string, string>; body?: string },
): Promise<{ headers: Record<string, string>; body: T; status: number }> {
  const response = await stage.emulator.fetch(url, {
    method,
    ...(options?.headers === undefined ? {} : { headers: options.headers }),
    ...(options?.body === undefined ? {} : { body: options.body }),
  });
  return {
    headers: Object.fromEntries(response.headers),
    body: (await response.json()) as T,
    status: response.status,
  };
}

/** What an application with MSAL does: send the browser away, and redeem what it comes back with. */
async function signIn(
  client: PublicClientApplication | ConfidentialClientApplication,
  redirectUri: string,
  user = 'Adele',
  request: { scopes?: string[]; claims?: string } = {},
): Promise<AuthenticationResult> {
  const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
  const common = { scopes: SCOPES, redirectUri, ...request };
  const address = await client.getAuthCodeUrl({
    ...common,
    codeChallenge: challenge,
    codeChallengeMethod: 'S256',
    nonce: 'msal nonce',
    state: 'msal state',
  });
  const browser = stage.emulator.openBrowser();
  let page = await browser.press(await browser.open(address), user);
  if (page.heading === 'Verify your identity') {
    page = await browser.press(page, 'Verify', { otp: /\b\d{6}\b/.exec(page.text)?.[0] ?? '' });
  }
  if (page.heading === 'Permissions requested') {
    page = await browser.press(page, 'Accept');
  }
  expect(page.reply?.parameters['state']).toBe('msal state');
  const code = page.reply?.parameters['code'] ?? '';
  return client.acquireTokenByCode({ ...common, code, codeVerifier: verifier, nonce: 'msal nonce' });
}

describe('PublicClientApplication', () => {
  it('signs in, renews silently, and knows the account', async () => {
    const client = new PublicClientApplication(configuration(stage.desktop.clientId));
    const result = await signIn(client, REDIRECT);
    expect(result).toMatchObject({
      tenantId: stage.emulator.tenantId,
      uniqueId: stage.users.adele.oid,
      scopes: SCOPES,
      fromCache: false,
      account: {
        username: stage.users.adele.preferredUsername,
        name: 'Adele Vance',
        homeAccountId: `${stage.users.adele.oid}.${stage.emulator.tenantId}`,
        environment: new URL(stage.emulator.url).host,
      },
      idTokenClaims: { nonce: 'msal nonce', sid: expect.any(String) },
    });
    const account = result.account!;
    const cached = await client.acquireTokenSilent({ account, scopes: SCOPES });
    expect(cached).toMatchObject({ fromCache: true, accessToken: result.accessToken });
    const renewed = await client.acquireTokenSilent({ account, scopes: SCOPES, forceRefresh: true });
    expect(renewed.fromCache).toBe(false);
    expect(decode(renewed.accessToken).payload).toMatchObject({ scp: 'Read', oid: stage.users.adele.oid });
  });

  it('is told to interact when consent, a factor or a session is missing', async () => {
    const client = new PublicClientApplication(configuration(stage.desktop.clientId));
    const { account } = await signIn(client, REDIRECT);
    const silently = (scopes: string[]) =>
      client.acquireTokenSilent({ account: account!, scopes, forceRefresh: true });
    await expect(silently(['api://orders/Write'])).rejects.toMatchObject({
      name: 'InteractionRequiredAuthError',
      subError: 'consent_required',
    });
    const written = await signIn(client, REDIRECT, 'Adele', { scopes: ['api://orders/Write'] });
    expect(written.scopes).toContain('api://orders/Write');

    const { policyIds } = stage.emulator.requireClaims({ scope: 'api://orders/Write' });
    const challenged = await silently(['api://orders/Write']).catch((error: unknown) => error);
    expect(challenged).toBeInstanceOf(InteractionRequiredAuthError);
    const { claims } = challenged as InteractionRequiredAuthError;
    expect(claims).toContain(policyIds[0]);
    const proven = await signIn(client, REDIRECT, 'Adele', { scopes: ['api://orders/Write'], claims });
    expect(proven.scopes).toContain('api://orders/Write');

    stage.emulator.revokeSessions(stage.users.adele.oid);
    await expect(silently(SCOPES)).rejects.toMatchObject({
      errorCode: 'invalid_grant',
      subError: 'bad_token',
    });
    stage.clock.now += 1000;
  });

  it('serves two users without mixing them', async () => {
    const client = new PublicClientApplication(configuration(stage.desktop.clientId));
    const [adele, ben] = [await signIn(client, REDIRECT), await signIn(client, REDIRECT, 'Ben')];
    const tokenOf = async ({ account }: AuthenticationResult) =>
      decode(
        (await client.acquireTokenSilent({ account: account!, scopes: SCOPES, forceRefresh: true }))
          .accessToken,
      ).payload['oid'];
    expect([await tokenOf(adele), await tokenOf(ben)]).toEqual([stage.users.adele.oid, stage.users.ben.oid]);
    expect(await client.getTokenCache().getAllAccounts()).toHaveLength(2);
  });
});

describe('ConfidentialClientApplication', () => {
  it('signs in with its secret', async () => {
    const client = new ConfidentialClientApplication(configuration(stage.web.clientId, WEB_SECRET));
    const result = await signIn(client, WEB_REDIRECT);
    expect(decode(result.accessToken).payload).toMatchObject({ azp: stage.web.clientId, azpacr: '1' });
  });

  it('is refused with a wrong one', async () => {
    const client = new ConfidentialClientApplication(configuration(stage.web.clientId, 'wrong'));
    const refused = await signIn(client, WEB_REDIRECT).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ServerError);
    expect(refused).toMatchObject({ errorCode: 'invalid_client', errorNo: 7000215 });
  });

  it('signs users of any tenant in under common', async () => {
    const { tenantId } = stage.emulator.addTenant();
    stage.emulator.addUser({ name: 'Tara Tenant', tenantId });
    const { clientId } = stage.emulator.addApplication({
      multiTenant: true,
      clientSecrets: [WEB_SECRET],
      redirectUris: { web: [WEB_REDIRECT] },
    });
    const client = new ConfidentialClientApplication(configuration(clientId, WEB_SECRET, 'common'));
    const result = await signIn(client, WEB_REDIRECT, 'Tara', { scopes: ['User.Read'] });
    expect(result.tenantId).toBe(tenantId);
  });
});
