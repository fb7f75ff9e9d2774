import { EntraEmulator } from 'entra-emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decode, JWT_BEARER, postToken } from './support/token-client.js';

const PAGE = '11111111-aaaa-4bbb-8ccc-000000000003';
const SAMPLE_API = '11111111-aaaa-4bbb-8ccc-000000000001';
const SCOPE = 'api://sample-api/access_as_user';

let emulator: EntraEmulator;
beforeAll(async () => {
  emulator = await EntraEmulator.start({ seed: 'demo' });
});
afterAll(() => emulator.stop());

/** The headings of the pages that a user sees, and whether the user gets a code. */
async function walk(user: string, scope = `openid offline_access ${SCOPE}`): Promise<string[]> {
  const browser = emulator.openBrowser();
  const query = new URLSearchParams({
    client_id: PAGE,
    response_type: 'code',
    redirect_uri: 'http://localhost:3000/',
    scope,
    code_challenge: 'a'.repeat(43),
    code_challenge_method: 'S256',
  });
  let page = await browser.open(`/${emulator.tenantId}/oauth2/v2.0/authorize?${query.toString()}`);
  const seen: string[] = [];
  while (page.reply === undefined && seen.length < 5) {
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
  return [...seen, page.reply?.parameters['code'] === undefined ? 'refused' : 'code'];
}

async function exchange(scope: string, claims?: string): Promise<Record<string, unknown>> {
  const { accessToken } = await emulator.signIn({
    clientId: PAGE,
    user: 'adele.vance@contoso.example',
    redirectUri: 'http://localhost:3000/',
    scopes: [SCOPE],
    ...(claims === undefined ? {} : { claims }),
  });
  const { json } = await postToken(emulator, {
    grant_type: JWT_BEARER,
    requested_token_use: 'on_behalf_of',
    client_id: SAMPLE_API,
    client_secret: 'sample-api-secret',
    assertion: accessToken,
    scope,
  });
  return json;
}

describe('the demonstration', () => {
  it('is the same in every run', () => {
    expect(emulator.tenantId).toBe('11111111-aaaa-4bbb-8ccc-0000000000a0');
  });

  it('Adele, the guest and the administrator sign in', async () => {
    for (const user of ['Adele', 'Grady', 'Megan']) {
      expect(await walk(user)).toEqual(['Choose a user', 'code']);
    }
  });

  it('Lidia is asked for a second factor, and Pradeep for consent, once', async () => {
    expect(await walk('Lidia')).toEqual(['Choose a user', 'Verify your identity', 'code']);
    expect(await walk('Pradeep')).toEqual(['Choose a user', 'Permissions requested', 'code']);
    expect(await walk('Pradeep')).toEqual(['Choose a user', 'code']);
  });

  it('an administrator has to grant what needs one', async () => {
    expect(await walk('Adele', 'Directory.Read.All')).toEqual([
      'Choose a user',
      'Need admin approval',
      'refused',
    ]);
  });

  it('the sample API calls the downstream API, and payroll after a step-up', async () => {
    const { access_token: token } = await exchange('api://downstream-api/User.Read');
    expect(decode(token).payload['scp']).toBe('User.Read');
    const refused = await exchange('api://downstream-api/Payroll.Read');
    expect(refused).toMatchObject({ error_codes: [50076] });
    const proven = await exchange('api://downstream-api/Payroll.Read', String(refused['claims']));
    expect(decode(proven['access_token']).payload['scp']).toContain('Payroll.Read');
  });

  it('mail needs a consent that nobody gave, until the user does', async () => {
    expect(await exchange('Mail.Read')).toMatchObject({ error_codes: [65001] });
    // The address that nestjs-entra gives with the refusal names no redirect URI.
    const query = new URLSearchParams({
      client_id: SAMPLE_API,
      response_type: 'code',
      scope: 'https://graph.microsoft.com/Mail.Read',
      prompt: 'consent',
    });
    const browser = emulator.openBrowser();
    const first = await browser.open(`/${emulator.tenantId}/oauth2/v2.0/authorize?${query.toString()}`);
    const consent = await browser.press(first, 'Adele');
    expect(consent.text).toContain('use Mail.Read of Microsoft Graph');
    const done = await browser.press(consent, 'Accept');
    expect(done.reply?.redirectUri).toBe('http://localhost:3000/consent-given');
    expect(await exchange('Mail.Read')).toMatchObject({ token_type: 'Bearer' });
  });
});
