import { InteractionRequiredAuthError, type IPublicClientApplication } from '@azure/msal-browser';
import { readChallenge } from 'nestjs-entra/client';

/** Calls the API for the signed-in user, and answers what it asks for before it serves. */
export async function callApi(
  msal: IPublicClientApplication,
  url: string,
  scopes: string[],
): Promise<Response> {
  let request: { scopes: string[]; claims?: string } = { scopes };
  for (let attempt = 1; ; attempt++) {
    const { accessToken } = await msal.acquireTokenSilent(request).catch((error: unknown) => {
      if (error instanceof InteractionRequiredAuthError) return msal.acquireTokenPopup(request);
      throw error;
    });
    const response = await fetch(url, { headers: { authorization: `Bearer ${accessToken}` } });
    const asked = await readChallenge(response);
    const isNew = asked?.claims !== undefined || (asked?.scopes.length ?? 0) > 0;
    if (!asked || !isNew || attempt === 3) return response;
    request = { scopes: asked.scopes.length > 0 ? [...asked.scopes] : scopes, claims: asked.claims };
  }
}
