import type { AccountInfo, IPublicClientApplication } from '@azure/msal-browser';
import { readChallenge } from 'nestjs-entra/client';
import { acquireToken, type TokenRequest } from './acquire-token.js';

/** What came of a call. */
export type Outcome =
  | { readonly kind: 'answer'; readonly body: unknown }
  | { readonly kind: 'consent'; readonly consentUri: string }
  | { readonly kind: 'refusal'; readonly status: number; readonly message: string };

/** A call of a route. */
export interface ApiCall {
  readonly account: AccountInfo;
  readonly scopes: string[];
  readonly path: string;
  /** The user has just consented. The API remembers for some seconds that it was refused, for the token it had. */
  readonly hasConsented?: boolean;
}

/** A token; what the API asks of it; what a policy of the API behind it asks of it. */
const ATTEMPTS = 3;

/**
 * Calls a route of the sample API, and answers what it asks for: another token, a scope, a stronger sign-in. Only
 * consent is left to the user to go and give.
 */
export async function callApi(
  client: IPublicClientApplication,
  { account, scopes, path, hasConsented = false }: ApiCall,
): Promise<Outcome> {
  let request: TokenRequest = { account, scopes, state: path, forceRefresh: hasConsented };
  for (let attempt = 1; ; attempt++) {
    const token = await acquireToken(client, request);
    const response = await fetch(path, {
      headers: { authorization: `Bearer ${token}` },
      // What one user was shown is not kept for the next.
      cache: 'no-store',
    });
    if (response.ok) return { kind: 'answer', body: await response.json() };
    const challenge = await readChallenge(response);
    if (challenge?.consentUri) return { kind: 'consent', consentUri: challenge.consentUri };
    const isAnswerable =
      challenge?.claims !== undefined ||
      challenge?.error === 'invalid_token' ||
      (challenge?.scopes.length ?? 0) > 0;
    if (!challenge || !isAnswerable || attempt === ATTEMPTS) return refusalOf(response);
    request = {
      ...request,
      scopes: challenge.scopes.length > 0 ? [...challenge.scopes] : request.scopes,
      claims: challenge.claims,
      forceRefresh: challenge.error === 'invalid_token',
    };
  }
}

async function refusalOf(response: Response): Promise<Outcome> {
  const { message } = (await response.json().catch(() => ({}))) as { message?: unknown };
  return {
    kind: 'refusal',
    status: response.status,
    message: typeof message === 'string' ? message : response.statusText,
  };
}
