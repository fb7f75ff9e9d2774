import { ConfidentialClientApplication, type INetworkModule } from '@azure/msal-node';
import { Controller, Get, Module, UseGuards } from '@nestjs/common';
import { AuthGuard, PassportModule } from '@nestjs/passport';
import { API, LOGIN, TENANT_ID } from '../../identities.js';
import { onLoopback, type BenchApp } from '../bench-app.js';
import type { ServerSettings } from '../settings.js';
import { bearerToken, passportStrategy } from './passport-strategy.js';

/**
 * What one writes without a library: passport-jwt, jwks-rsa and one ConfidentialClientApplication of
 * msal-node, whose cache it relies on, with the exchange in `validate()`.
 */
export function byHand(settings: ServerSettings): BenchApp {
  const client = new ConfidentialClientApplication({
    auth: {
      clientId: API.clientId,
      clientSecret: API.secret,
      authority: `${LOGIN}/${TENANT_ID}`,
    },
    system: { networkClient: networkClient(settings) },
  });
  const strategy = passportStrategy(settings, async (request, claims) => {
    const accessTokens: string[] = [];
    for (const scope of settings.scopes) {
      const result = await client.acquireTokenOnBehalfOf({
        oboAssertion: bearerToken(request) ?? '',
        scopes: [scope],
      });
      if (!result?.accessToken) throw new Error('The exchange gave no token');
      accessTokens.push(result.accessToken);
    }
    return { ...claims, accessTokens };
  });

  @Controller()
  class ByHandController {
    @Get('tokens')
    @UseGuards(AuthGuard('jwt'))
    async tokens() {
      return { ok: true };
    }
  }

  @Module({ imports: [PassportModule], controllers: [ByHandController], providers: [strategy] })
  class ByHandModule {}

  return { root: ByHandModule };
}

/** msal-node's own client does the same: `fetch`, and the answer as JSON. */
function networkClient(settings: ServerSettings): INetworkModule {
  const send = async <T>(method: string, url: string, init?: RequestInit) => {
    const response = await fetch(onLoopback(url, settings), { ...init, method });
    return {
      headers: Object.fromEntries(response.headers),
      body: (await response.json()) as T,
      status: response.status,
    };
  };
  return {
    sendGetRequestAsync: (url, options) => send('GET', url, { headers: options?.headers }),
    sendPostRequestAsync: (url, options) =>
      send('POST', url, { headers: options?.headers, body: options?.body }),
  };
}
