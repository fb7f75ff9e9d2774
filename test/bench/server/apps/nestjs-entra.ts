import { Controller, Get, Module } from '@nestjs/common';
import { AuthModule, DownstreamScopes, TokenAcquisitionService } from 'nestjs-entra';
import { API, TENANT_ID } from '../../identities.js';
import { onLoopback, type BenchApp } from '../bench-app.js';
import type { ServerSettings } from '../settings.js';

/** The library with its defaults. */
export function nestjsEntra(settings: ServerSettings): BenchApp {
  const { scopes } = settings;

  @Controller()
  class EntraController {
    constructor(private readonly tokenAcquisition: TokenAcquisitionService) {}

    @Get('plain')
    plain() {
      return { ok: true };
    }

    /** Asks for its tokens itself. */
    @Get('tokens')
    async tokens() {
      for (const scope of scopes) await this.tokenAcquisition.getAccessTokenForUser(scope);
      return { ok: true };
    }

    /** Finds its tokens acquired ahead. */
    @Get('downstream-scopes')
    @DownstreamScopes(...scopes)
    async downstreamScopes() {
      for (const scope of scopes) await this.tokenAcquisition.getAccessTokenForUser(scope);
      return { ok: true };
    }
  }

  @Module({
    imports: [
      AuthModule.forRoot({
        tenantId: TENANT_ID,
        clientId: API.clientId,
        clientCredentials: [{ sourceType: 'ClientSecret', clientSecret: API.secret }],
        network: { fetch: (url, init) => fetch(onLoopback(urlOf(url), settings), init) },
      }),
    ],
    controllers: [EntraController],
  })
  class EntraModule {}

  return { root: EntraModule };
}

function urlOf(input: string | URL | Request): string {
  return input instanceof Request ? input.url : String(input);
}
