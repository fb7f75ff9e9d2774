import type { AccountInfo, AuthenticationResult, IPublicClientApplication } from '@azure/msal-browser';
import { callApi } from './call-api.js';
import { createClient } from './create-client.js';
import { readSettings, type PageSettings } from './page-settings.js';
import { clearOutcome, link, showOutcome, showProblem } from './show-outcome.js';

/** What the buttons call, and how the answer is headed. */
const ROUTES: Readonly<Record<string, { readonly path: string; readonly title: string }>> = {
  profile: { path: '/me', title: 'Your profile' },
  mail: { path: '/mail', title: 'Your mail' },
  payroll: { path: '/payroll', title: 'Your payroll' },
};

async function main(): Promise<void> {
  const settings = await readSettings();
  const client = await createClient(settings);
  const attempt = (act: () => Promise<void>): void => {
    act().catch((error: unknown) => explain(error, settings));
  };
  const call = async (account: AccountInfo, name: string, hasConsented = false): Promise<void> => {
    const route = ROUTES[name];
    const button = byId(name);
    if (!route || button.ariaBusy === 'true') return;
    button.ariaBusy = 'true';
    clearOutcome();
    try {
      const { path, title } = route;
      showOutcome(title, await callApi(client, { account, scopes: settings.scopes, path, hasConsented }));
    } finally {
      button.ariaBusy = null;
    }
  };
  byId('sign-in').addEventListener('click', () => {
    attempt(() => client.loginRedirect({ scopes: settings.scopes, prompt: 'select_account' }));
  });
  byId('sign-out').addEventListener('click', () => {
    attempt(() => client.logoutRedirect({ account: accountOf(client) }));
  });
  for (const name of Object.keys(ROUTES)) {
    byId(name).addEventListener('click', () => {
      const account = accountOf(client);
      if (account) attempt(() => call(account, name));
    });
  }

  attempt(async () => {
    const returned = await client.handleRedirectPromise().finally(() => present(client));
    const account = accountOf(client, returned);
    const consent = new URLSearchParams(location.search).get('consent');
    history.replaceState(null, '', '/');
    if (account) await goOn(account, { returned, consent }, call);
  });
}

/** Does what the user left the page for. */
async function goOn(
  account: AccountInfo,
  { returned, consent }: { returned: AuthenticationResult | null; consent: string | null },
  call: (account: AccountInfo, name: string, hasConsented?: boolean) => Promise<void>,
): Promise<void> {
  if (consent === 'refused') {
    return showProblem('You did not consent, so the sample API may not read your mail. Nothing was read.');
  }
  const left = Object.keys(ROUTES).find((name) => ROUTES[name]?.path === returned?.state);
  if (consent === 'given') return call(account, 'mail', true);
  if (left) await call(account, left);
}

function accountOf(
  client: IPublicClientApplication,
  returned: AuthenticationResult | null = null,
): AccountInfo | null {
  return returned?.account ?? client.getAllAccounts()[0] ?? null;
}

/** Shows who is signed in, and what there is to do. */
function present(client: IPublicClientApplication): void {
  const account = accountOf(client);
  byId('who').textContent = account
    ? `Signed in as ${account.name ?? account.username}.`
    : 'Nobody is signed in.';
  byId('signed-out').hidden = account !== null;
  byId('signed-in').hidden = account === null;
}

function explain(error: unknown, { authority }: PageSettings): void {
  const { errorCode, message } = error as { errorCode?: string; message: string };
  if (errorCode === 'access_denied') return showProblem('You refused, so nothing was done.');
  const isUnreachable = /^(?:post|get)_request_failed|no_network/.test(errorCode ?? '');
  if (!isUnreachable) return showProblem(message);
  const emulator = new URL(authority).origin;
  showProblem(
    'The emulator cannot be reached. When it was started anew, its certificate is new too: open it, accept the certificate, and come back.',
    link('Open the emulator', emulator),
  );
}

function byId(id: string): HTMLElement {
  return document.getElementById(id)!;
}

// The redirect URI names localhost, and storage is kept for each origin.
if (location.hostname === '127.0.0.1') location.hostname = 'localhost';
else main().catch((error: Error) => showProblem(error.message));
