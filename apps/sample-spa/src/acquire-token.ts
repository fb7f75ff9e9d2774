import {
  CacheLookupPolicy,
  InteractionRequiredAuthError,
  type AccountInfo,
  type IPublicClientApplication,
} from '@azure/msal-browser';

/** What a token has to be good for. */
export interface TokenRequest {
  readonly account: AccountInfo;
  readonly scopes: string[];
  /** What a challenge asked for. */
  readonly claims?: string | undefined;
  /** Passes over the token that is remembered: the API refused it. */
  readonly forceRefresh?: boolean;
  /** Comes back with the user, and says what the page was doing. */
  readonly state: string;
}

/** An access token: remembered, renewed, or after the user did something about it on pages of the identity platform. */
export async function acquireToken(client: IPublicClientApplication, request: TokenRequest): Promise<string> {
  try {
    const { accessToken } = await client.acquireTokenSilent({
      ...withoutUndefined(request),
      // No hidden frame: browsers keep the cookies of another site from it.
      cacheLookupPolicy: CacheLookupPolicy.AccessTokenAndRefreshToken,
    });
    return accessToken;
  } catch (error) {
    if (!(error instanceof InteractionRequiredAuthError)) throw error;
    await client.acquireTokenRedirect(withoutUndefined(request));
    // The browser leaves the page, which goes on with `state` when the user comes back.
    return new Promise<never>(() => {});
  }
}

function withoutUndefined({ account, scopes, claims, forceRefresh, state }: TokenRequest) {
  return {
    account,
    scopes,
    state,
    ...(claims !== undefined && { claims }),
    ...(forceRefresh !== undefined && { forceRefresh }),
  };
}
