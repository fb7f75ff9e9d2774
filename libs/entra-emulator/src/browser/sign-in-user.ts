import { createHash, randomBytes } from 'node:crypto';
import type { Platform } from '../platform.js';
import type { EmulatedApplication } from '../tenants/application.js';
import { defaultRedirectUri, platformOfRedirectUri } from '../tenants/redirect-uris.js';
import type { EmulatedUser } from '../tenants/user.js';
import type { BrowserPage } from './browser-page.js';
import type { EmulatedBrowser } from './emulated-browser.js';

/** How a user signs in to a client, for tests. */
export interface UserSignIn {
  /** The client that signs the user in. */
  readonly clientId: string;
  /** Scopes, by default `openid profile offline_access` alone; those three are always asked for. */
  readonly scopes?: readonly string[];
  /** Object id or user name; by default the user that was added first. */
  readonly user?: string;
  /** By default the first that was registered. */
  readonly redirectUri?: string;
  /** GUID, domain, `common` or `organizations`; the tenant of the user by default. */
  readonly tenant?: string;
  /** Whether the user consents when asked; true by default. */
  readonly consents?: boolean;
  /** JSON of a claims challenge. */
  readonly claims?: string;
  readonly prompt?: 'none' | 'login' | 'select_account' | 'consent';
}

/** The tokens a client has once its user signed in. */
export interface UserTokens {
  readonly accessToken: string;
  readonly idToken: string;
  readonly refreshToken: string;
  /** Scopes granted, as the answer says them. */
  readonly scope: string;
  /** Seconds. */
  readonly expiresIn: number;
}

/** Walks the authorization code flow with PKCE, page by page; throws with Entra's error when it is refused. */
export async function signInUser(
  platform: Platform,
  browser: EmulatedBrowser,
  signIn: UserSignIn,
): Promise<UserTokens> {
  const application = findApplication(platform, signIn.clientId);
  const user = findUser(platform, signIn.user);
  const redirectUri = signIn.redirectUri ?? defaultRedirectUri(application.redirectUris) ?? '';
  const verifier = randomBytes(32).toString('base64url');
  const scope = [...new Set(['openid', 'profile', 'offline_access', ...(signIn.scopes ?? [])])].join(' ');
  const tenant = signIn.tenant ?? user.tenantId;
  const query = new URLSearchParams({
    client_id: application.clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope,
    state: 'state',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...(signIn.claims === undefined ? {} : { claims: signIn.claims }),
    ...(signIn.prompt === undefined ? {} : { prompt: signIn.prompt }),
  });
  const first = await browser.open(`/${tenant}/oauth2/v2.0/authorize?${query.toString()}`);
  const last = await walk(browser, first, user, signIn.consents ?? true);
  const code = codeOf(last);
  const secret = application.clientSecrets[0]?.value;
  const isSpa = platformOfRedirectUri(application.redirectUris, redirectUri) === 'spa';
  const isWeb = platformOfRedirectUri(application.redirectUris, redirectUri) === 'web';
  const response = await platform.fetch(`${platform.url}/${tenant}/oauth2/v2.0/token`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(isSpa ? { origin: new URL(redirectUri).origin } : {}),
    },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: application.clientId,
      redirect_uri: redirectUri,
      code,
      code_verifier: verifier,
      ...(isWeb && secret !== undefined ? { client_secret: secret } : {}),
    }).toString(),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  if (!response.ok) {
    throw new Error(String(answer['error_description']));
  }
  return {
    accessToken: String(answer['access_token']),
    idToken: String(answer['id_token']),
    refreshToken: String(answer['refresh_token']),
    scope: String(answer['scope']),
    expiresIn: Number(answer['expires_in']),
  };
}

/** Does on each page what the user would do, until the browser is sent back or there is nothing to press. */
async function walk(
  browser: EmulatedBrowser,
  first: BrowserPage,
  user: EmulatedUser,
  consents: boolean,
): Promise<BrowserPage> {
  let page = first;
  for (let steps = 0; page.reply === undefined && steps < 6; steps += 1) {
    switch (page.heading) {
      case 'Choose a user':
        page = await browser.press(page, user.name);
        break;
      case 'Verify your identity':
        page = await browser.press(page, 'Verify', { otp: /\b\d{6}\b/.exec(page.text)?.[0] ?? '' });
        break;
      case 'Permissions requested':
        page = await browser.press(page, consents ? 'Accept' : 'Cancel');
        break;
      case 'Need admin approval':
        page = await browser.press(page, 'Go back');
        break;
      default:
        throw new Error(page.text);
    }
  }
  return page;
}

function codeOf({ reply, text }: BrowserPage): string {
  const { code, error_description: description } = reply?.parameters ?? {};
  if (code === undefined) {
    throw new Error(description ?? text);
  }
  return code;
}

function findApplication({ directory }: Platform, clientId: string): EmulatedApplication {
  const application = directory.findApplication(clientId);
  if (application === undefined) {
    throw new TypeError(`signIn: there is no application ${clientId}. Add it with addApplication first.`);
  }
  return application;
}

function findUser({ directory }: Platform, name: string | undefined): EmulatedUser {
  const user =
    name === undefined
      ? directory.firstUser()
      : directory.users.find(
          ({ oid, preferredUsername }) =>
            oid === name.toLowerCase() || preferredUsername.toLowerCase() === name.toLowerCase(),
        );
  if (user === undefined) {
    throw new TypeError(`signIn: there is no user ${name ?? 'at all'}. Add one with addUser first.`);
  }
  return user;
}
