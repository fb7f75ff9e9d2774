import { Inject, Module, type NestModule } from '@nestjs/common';
import {
  APP_FILTER,
  DiscoveryModule,
  DiscoveryService,
  HttpAdapterHost,
  MetadataScanner,
  ModulesContainer,
} from '@nestjs/core';
import { MsalEngine } from './acquisition/msal.engine.js';
import { SamlBearerEngine } from './acquisition/saml-bearer.engine.js';
import { TOKEN_EXCHANGE_ENGINE } from './acquisition/token-exchange-engine.js';
import { TokenAcquisitionService } from './acquisition/token-acquisition.service.js';
import {
  AUTHENTICATION_GUARD,
  GRAPH_PROBLEMS,
  MODULE_REGISTRATION,
  RESOLVED_OPTIONS,
} from './auth.constants.js';
import { ConfigurableModuleClass, ENTRA_AUTH_OPTIONS } from './auth.module-definition.js';
import { AccessTokenValidator } from './authentication/access-token.validator.js';
import { CallerAdmission } from './authentication/caller-admission.js';
import { JwtAuthGuard } from './authentication/jwt-auth.guard.js';
import { JwtStrategy } from './authentication/jwt.strategy.js';
import { guardInForce, OverridableGuard } from './authentication/replaced-guard.js';
import { SigningKeys } from './authentication/signing-keys.js';
import { TenantMetadata } from './authentication/tenant-metadata.js';
import { ScopesGuard } from './authorization/scopes.guard.js';
import { applicationClasses } from './boot/application-classes.js';
import { withoutStack } from './boot/boot-error.js';
import { BootReport } from './boot/boot-report.js';
import { checkedOptions } from './boot/checked-options.js';
import { GlobalCacheCheck } from './boot/global-cache-check.js';
import { GlobalGuardCheck } from './boot/global-guard-check.js';
import { graphProblems } from './boot/graph-problems.js';
import { InstanceCheck } from './boot/instance-check.js';
import { loadCredentials } from './boot/load-credentials.js';
import { MountedRoutesCheck } from './boot/mounted-routes-check.js';
import { discoverRoutes } from './boot/routes.js';
import { CallerContext } from './caller/caller-context.js';
import { openScopePerRequest } from './caller/request-hook.js';
import { CredentialChain } from './credentials/credential-chain.js';
import { sourceOf } from './credentials/credential-sources.js';
import { DownstreamApiService } from './downstream/downstream-api.service.js';
import { DownstreamTokensInterceptor } from './downstream/downstream-tokens.interceptor.js';
import { NOT_REGISTERED, type ModuleRegistration } from './options/module-registration.js';
import { EntraExceptionFilter } from './errors/entra-exception.filter.js';
import { RejectionLog } from './errors/rejection-log.js';
import { RESPONSE_PARAMETERS, type ResponseParameters } from './errors/response-parameters.js';
import { forbidStoringRejections } from './errors/unstored-rejections.js';
import type { ResolvedOptions } from './options/resolved-options.js';

/**
 * Protects a web API with Microsoft Entra ID and lets it call downstream web APIs on behalf of its caller.
 *
 * `AuthModule.forRoot({ tenantId, clientId, clientCredentials })` is all there is to import: every route is
 * protected from then on, and `TokenAcquisitionService` can be injected everywhere.
 */
@Module({
  imports: [DiscoveryModule],
  providers: [
    {
      provide: GRAPH_PROBLEMS,
      useFactory: (modules: ModulesContainer, registration: ModuleRegistration | undefined) =>
        graphProblems(modules, registration ?? NOT_REGISTERED, ENTRA_AUTH_OPTIONS),
      inject: [ModulesContainer, { token: MODULE_REGISTRATION, optional: true }],
    },
    {
      provide: RESOLVED_OPTIONS,
      useFactory: (
        options: unknown,
        registration: ModuleRegistration | undefined,
        graphProblems: readonly string[],
        discovery: DiscoveryService,
        scanner: MetadataScanner,
      ) =>
        checkedOptions(options, {
          registration: registration ?? NOT_REGISTERED,
          graphProblems,
          routes: discoverRoutes(discovery, scanner),
          classes: applicationClasses(discovery),
          loadCredentials,
        }),
      // Optional, so that a module that is imported without forRoot() can say so.
      inject: [
        { token: ENTRA_AUTH_OPTIONS, optional: true },
        { token: MODULE_REGISTRATION, optional: true },
        GRAPH_PROBLEMS,
        DiscoveryService,
        MetadataScanner,
      ],
    },
    {
      provide: CredentialChain,
      useFactory: ({ clientCredentials, sendX5C, network: { timeoutMs } }: ResolvedOptions) =>
        CredentialChain.start(
          clientCredentials().map((credential) => sourceOf(credential, { sendX5C, timeoutMs })),
        ).catch((error: unknown) => {
          throw withoutStack(error);
        }),
      inject: [RESOLVED_OPTIONS],
    },
    {
      provide: TOKEN_EXCHANGE_ENGINE,
      useFactory: (options: ResolvedOptions, credentials: CredentialChain) =>
        new SamlBearerEngine(options, credentials, new MsalEngine(options, credentials)),
      inject: [RESOLVED_OPTIONS, CredentialChain],
    },
    {
      provide: RESPONSE_PARAMETERS,
      useFactory: ({
        clientId,
        authority,
        showErrorDetails,
        cacheControl,
      }: ResolvedOptions): ResponseParameters => ({
        clientId,
        authorizationUri: authority.authorizationUrl,
        showErrorDetails,
        cacheControl,
      }),
      inject: [RESOLVED_OPTIONS],
    },
    RejectionLog,
    CallerContext,
    SigningKeys,
    TenantMetadata,
    AccessTokenValidator,
    TokenAcquisitionService,
    JwtStrategy,
    DownstreamApiService,
    CallerAdmission,
    JwtAuthGuard,
    OverridableGuard,
    {
      provide: AUTHENTICATION_GUARD,
      useFactory: guardInForce,
      inject: [JwtAuthGuard, CallerContext, ModulesContainer],
    },
    ScopesGuard,
    DownstreamTokensInterceptor,
    BootReport,
    GlobalGuardCheck,
    GlobalCacheCheck,
    MountedRoutesCheck,
    InstanceCheck,
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
    // Not for users: guards, filters and strategies of theirs are made in their own modules and need these.
    RESOLVED_OPTIONS,
    RESPONSE_PARAMETERS,
    RejectionLog,
    AUTHENTICATION_GUARD,
    CallerContext,
    AccessTokenValidator,
    CallerAdmission,
  ],
})
export class AuthModule extends ConfigurableModuleClass implements NestModule {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly context: CallerContext,
    @Inject(RESPONSE_PARAMETERS) private readonly parameters: ResponseParameters,
  ) {
    super();
  }

  /** The last moment before the routes are registered. */
  configure(): void {
    const { httpAdapter } = this.adapterHost;
    if (!httpAdapter) return;
    openScopePerRequest(httpAdapter, this.context);
    const { cacheControl } = this.parameters;
    if (typeof cacheControl === 'string') forbidStoringRejections(httpAdapter, cacheControl);
  }
}
