import { Module, type NestModule } from '@nestjs/common';
import { APP_FILTER, DiscoveryModule, HttpAdapterHost } from '@nestjs/core';
import { MsalEngine } from './acquisition/msal.engine.js';
import { TOKEN_EXCHANGE_ENGINE } from './acquisition/token-exchange-engine.js';
import { TokenAcquisitionService } from './acquisition/token-acquisition.service.js';
import { RESOLVED_OPTIONS } from './auth.constants.js';
import { ConfigurableModuleClass, ENTRA_AUTH_OPTIONS } from './auth.module-definition.js';
import { AccessTokenValidator } from './authentication/access-token.validator.js';
import { CallerAdmission } from './authentication/caller-admission.js';
import { JwtAuthGuard } from './authentication/jwt-auth.guard.js';
import { JwtStrategy } from './authentication/jwt.strategy.js';
import { SigningKeys } from './authentication/signing-keys.js';
import { TenantMetadata } from './authentication/tenant-metadata.js';
import { ScopesGuard } from './authorization/scopes.guard.js';
import { CallerContext } from './caller/caller-context.js';
import { openScopePerRequest } from './caller/request-hook.js';
import {
  CLIENT_CREDENTIAL,
  type ConfidentialClientCredential,
} from './credentials/confidential-client-credential.js';
import { loadCredential } from './credentials/load-credential.js';
import { DownstreamApiService } from './downstream/downstream-api.service.js';
import { DownstreamApiChecks } from './downstream/downstream-api.checks.js';
import { DownstreamRouteChecks } from './downstream/downstream-route.checks.js';
import { DownstreamTokensInterceptor } from './downstream/downstream-tokens.interceptor.js';
import { EntraExceptionFilter } from './errors/entra-exception.filter.js';
import { RESPONSE_PARAMETERS, type ResponseParameters } from './errors/response-parameters.js';
import type { ResolvedOptions } from './options/resolved-options.js';
import { resolveOptions } from './options/resolve-options.js';

/**
 * Protects a web API with Microsoft Entra ID and lets it call downstream web APIs on behalf of its caller.
 *
 * `AuthModule.forRoot({ tenantId, clientId, clientCredentials })` is all there is to import: every route is
 * protected from then on, and `TokenAcquisitionService` can be injected everywhere.
 */
@Module({
  imports: [DiscoveryModule],
  providers: [
    { provide: RESOLVED_OPTIONS, useFactory: resolveOptions, inject: [ENTRA_AUTH_OPTIONS] },
    {
      provide: CLIENT_CREDENTIAL,
      useFactory: (options: ResolvedOptions) => loadCredential(options.clientCredentials()),
      inject: [RESOLVED_OPTIONS],
    },
    {
      provide: TOKEN_EXCHANGE_ENGINE,
      useFactory: (options: ResolvedOptions, credential: ConfidentialClientCredential | undefined) =>
        new MsalEngine(options, credential),
      inject: [RESOLVED_OPTIONS, CLIENT_CREDENTIAL],
    },
    {
      provide: RESPONSE_PARAMETERS,
      useFactory: ({ clientId, authority, showErrorDetails }: ResolvedOptions): ResponseParameters => ({
        clientId,
        authorizationUri: authority.authorizationUrl,
        showErrorDetails,
      }),
      inject: [RESOLVED_OPTIONS],
    },
    CallerContext,
    SigningKeys,
    TenantMetadata,
    AccessTokenValidator,
    TokenAcquisitionService,
    DownstreamApiService,
    CallerAdmission,
    JwtAuthGuard,
    ScopesGuard,
    DownstreamTokensInterceptor,
    DownstreamRouteChecks,
    DownstreamApiChecks,
    EntraExceptionFilter,
    { provide: APP_FILTER, useExisting: EntraExceptionFilter },
  ],
  exports: [
    TokenAcquisitionService,
    DownstreamApiService,
    JwtStrategy,
    JwtAuthGuard,
    ScopesGuard,
    DownstreamTokensInterceptor,
    EntraExceptionFilter,
    // Not for users: guards and strategies of theirs are made in their own modules and need these.
    RESOLVED_OPTIONS,
    CallerContext,
    AccessTokenValidator,
    CallerAdmission,
  ],
})
export class AuthModule extends ConfigurableModuleClass implements NestModule {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly context: CallerContext,
  ) {
    super();
  }

  /** The last moment before the routes are registered. */
  configure(): void {
    const { httpAdapter } = this.adapterHost;
    if (httpAdapter) openScopePerRequest(httpAdapter, this.context);
  }
}
