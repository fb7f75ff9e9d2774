import { join } from 'node:path';
import {
  CryptoProvider,
  InteractionRequiredAuthError,
  PublicClientApplication,
  type AccountInfo,
  type INetworkModule,
} from '@azure/msal-node';
import type { BrowserPage, EmulatedBrowser } from 'entra-emulator';
import { readChallenge, type ApiChallenge } from 'nestjs-entra/client';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../docs/markdown.js';
import { ADAPTERS, type Answer } from '../support/nest-app.js';
import { PAGE, startSampleStage, type SampleStage } from '../support/sample-stage.js';

const REDIRECT_URI = 'http://localhost:53682';
const PAGE_SOURCE = join(ROOT, 'apps/sample-spa/src');
const SCOPES = ['api://sample-api/access_as_user'];

interface Wish {
  readonly scopes?: string[];
  readonly claims?: string;
}

/** A desktop application: MSAL, and the browser of its user. */
function signingInClient({ emulator }: SampleStage) {
  const send = (method: string): INetworkModule['sendPostRequestAsync'] =>
    async function <T>(url: string, options?: { headers?: Record<string, string>; body?: string }) {
      const response = await emulator.fetch(url, { ...options, method });
      const headers = Object.fromEntries(response.headers);
      return { headers, status: response.status, body: (await response.json()) as T };
    };
  const msal = new PublicClientApplication({
    auth: {
      clientId: PAGE,
      authority: `${emulator.url}/${emulator.tenantId}`,
      knownAuthorities: [new URL(emulator.url).host],
      clientCapabilities: ['cp1'],
    },
    system: {
      networkClient: { sendGetRequestAsync: send('GET'), sendPostRequestAsync: send('POST') },
    },
  });
  const browser = emulator.openBrowser();
  const seen: string[] = [];
  let account: AccountInfo | null = null;

  const interactively = async ({ scopes = SCOPES, claims }: Wish, user: string): Promise<string> => {
    const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
    const request = {
      scopes,
      redirectUri: REDIRECT_URI,
      ...(claims !== undefined && { claims }),
      ...(account !== null && { loginHint: account.username }),
    };
    const address = await msal.getAuthCodeUrl({
      ...request,
      codeChallenge: challenge,
      codeChallengeMethod: 'S256',
    });
    const page = await walk(browser, await browser.open(address), user, seen);
    const result = await msal.acquireTokenByCode({
      ...request,
      code: page.reply?.parameters['code'] ?? '',
      codeVerifier: verifier,
    });
    account = result.account;
    return result.accessToken;
  };

  return {
    browser,
    /** The headings of the pages that the user saw. */
    seen,
    signIn: (user: string) => interactively({}, user),
    /** What MSAL remembers or renews, else what the user has to do about it. */
    token: async (wish: Wish & { forceRefresh?: boolean } = {}): Promise<string> => {
      try {
        const { accessToken } = await msal.acquireTokenSilent({ scopes: SCOPES, ...wish, account: account! });
        return accessToken;
      } catch (error) {
        if (!(error instanceof InteractionRequiredAuthError)) throw error;
        return interactively(wish, account?.name ?? '');
      }
    },
  };
}

/** Presses what a willing user presses, until the browser is back at the client. */
async function walk(
  browser: EmulatedBrowser,
  first: BrowserPage,
  user: string,
  seen: string[],
): Promise<BrowserPage> {
  let page = first;
  for (let step = 0; page.reply === undefined && step < 5; step++) {
    seen.push(page.heading);
    const buttons: Record<string, string> = {
      'Choose a user': user,
      'Verify your identity': 'Verify',
      'Permissions requested': 'Accept',
    };
    page = await browser.press(page, buttons[page.heading] ?? 'Go back', {
      otp: /\b\d{6}\b/.exec(page.text)?.[0] ?? '',
    });
  }
  return page;
}

const challengeOf = ({ headers, text }: Answer): Promise<ApiChallenge | undefined> =>
  readChallenge(new Response(text, { headers }));

describe.each(ADAPTERS)('A PublicClientApplication and the sample API on %s', (adapter) => {
  it('sign in, a first call, consent refused and given, a step-up, a silent renewal', async () => {
    const stage = await startSampleStage({ adapter });
    const client = signingInClient(stage);
    const get = async (path: string, token: string) => stage.sample.get(path, token);
    expect((await get('/me', await client.signIn('Pradeep Gupta'))).body).toMatchObject({
      name: 'Pradeep Gupta',
      downstream: { user: { name: 'Pradeep Gupta' }, scopes: ['User.Read'] },
    });
    expect(client.seen.splice(0)).toEqual(['Choose a user', 'Permissions requested']);

    const refused = await get('/mail', await client.token());
    expect(refused.status).toBe(403);
    const { consentUri = '' } = (await challengeOf(refused)) ?? {};
    const consent = new URL(consentUri);
    consent.searchParams.set('redirect_uri', `${stage.url}/consent-given`);
    const asked = await client.browser.open(consent.href);
    expect(asked.text).toContain('use Mail.Read of Microsoft Graph');
    const denied = await client.browser.press(asked, 'Cancel');
    expect(denied.reply).toMatchObject({
      redirectUri: `${stage.url}/consent-given`,
      parameters: { error: 'access_denied' },
    });
    expect((await get('/mail', await client.token({ forceRefresh: true }))).status).toBe(403);
    const given = await client.browser.press(await client.browser.open(consent.href), 'Accept');
    expect(given.reply?.parameters).not.toHaveProperty('error');
    expect((await get('/mail', await client.token({ forceRefresh: true }))).body).toMatchObject({
      messages: [{ bodyPreview: 'This is a message to Pradeep Gupta.' }, {}, {}],
    });

    // He has not consented to payroll.read either: a scope of the API itself, that the API names.
    const lacking = await challengeOf(await get('/payroll', await client.token()));
    const scopes = [...(lacking?.scopes ?? [])];
    expect(scopes).toEqual(['11111111-aaaa-4bbb-8ccc-000000000001/payroll.read']);
    const weak = await get('/payroll', await client.token({ scopes }));
    expect(client.seen.splice(0)).toEqual(['Permissions requested']);
    expect(weak.status).toBe(401);
    const { claims = '' } = (await challengeOf(weak)) ?? {};
    const strong = await client.token({ scopes, claims });
    expect(client.seen.splice(0)).toEqual(['Verify your identity']);
    expect((await get('/payroll', strong)).body).toEqual({ employee: 'Pradeep Gupta', salary: 4200 });

    // What was proven lasts, and nothing is asked of the user for a new token.
    const renewed = await client.token({ scopes, forceRefresh: true });
    expect(renewed).not.toBe(strong);
    expect((await get('/payroll', renewed)).status).toBe(200);
    expect(client.seen).toEqual([]);
  });
});

describe.each(ADAPTERS)('The page of the sample API on %s', (adapter) => {
  it('runs its own files alone, and talks to the API and the identity platform', async () => {
    const { sample, emulator } = await startSampleStage({ adapter, pageFolder: PAGE_SOURCE });
    const { headers, text } = await sample.get('/');
    expect(headers.get('content-type')).toMatch(/^text\/html/);
    expect(headers.get('content-security-policy')).toBe(
      `default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self' ${emulator.url}; ` +
        "form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(text).not.toMatch(/<script(?![^>]*src)|<style|\son\w+=/);
    expect((await sample.get('/page.css')).headers.get('content-type')).toMatch(/^text\/css/);
    expect((await sample.get('/page-settings.json')).body).toEqual({
      authority: `${emulator.url}/${emulator.tenantId}`,
      clientId: PAGE,
      scopes: SCOPES,
    });
  });

  it('takes no code, and passes on nothing of what comes back from the consent page', async () => {
    const { url } = await startSampleStage({ adapter });
    const back = async (query: string) => {
      const address = `${url}/consent-given?${query}`.replace('localhost', '127.0.0.1');
      const { status, headers } = await fetch(address, { redirect: 'manual' });
      return [status, headers.get('location')];
    };
    expect(await back('code=secret&state=//evil.example')).toEqual([302, '/?consent=given']);
    expect(await back('error=access_denied&error_description=//evil.example')).toEqual([
      302,
      '/?consent=refused',
    ]);
  });
});
