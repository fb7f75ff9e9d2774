import { OnBehalfOfCredential, type MultiTenantTokenCredentialOptions } from '@azure/identity';
import { Controller, Get, Module, Req, UseGuards } from '@nestjs/common';
import { AuthGuard, PassportModule } from '@nestjs/passport';
import { API, TENANT_ID } from '../../identities.js';
import { onLoopback, type BenchApp } from '../bench-app.js';
import type { ServerSettings } from '../settings.js';
import { bearerToken, passportStrategy } from './passport-strategy.js';

/** passport-jwt and jwks-rsa, and one `OnBehalfOfCredential` of @azure/identity a request, which is for one assertion. */
export function azureIdentity(settings: ServerSettings): BenchApp {
  const options = { additionalPolicies: [loopbackPolicy(settings)] };

  @Controller()
  class AzureIdentityController {
    @Get('tokens')
    @UseGuards(AuthGuard('jwt'))
    async tokens(@Req() request: Parameters<typeof bearerToken>[0]) {
      const credential = new OnBehalfOfCredential({
        tenantId: TENANT_ID,
        clientId: API.clientId,
        clientSecret: API.secret,
        userAssertionToken: bearerToken(request) ?? '',
        ...options,
      });
      for (const scope of settings.scopes) await credential.getToken(scope);
      return { ok: true };
    }
  }

  @Module({
    imports: [PassportModule],
    controllers: [AzureIdentityController],
    providers: [passportStrategy(settings, async (_request, claims) => claims)],
  })
  class AzureIdentityModule {}

  return { root: AzureIdentityModule };
}

type Policies = NonNullable<MultiTenantTokenCredentialOptions['additionalPolicies']>;

/** The requests of @azure/identity go to the platform of the benchmark, by its own HTTP client. */
function loopbackPolicy(settings: ServerSettings): Policies[number] {
  return {
    position: 'perRetry',
    policy: {
      name: 'loopback',
      sendRequest(request, next) {
        request.url = onLoopback(request.url, settings);
        request.allowInsecureConnection = true;
        return next(request);
      },
    },
  };
}
