import 'reflect-metadata';

export { AuthModule } from './auth.module.js';
export type { EntraAuthModuleExtras, EntraAuthOptionsFactory } from './auth.module-definition.js';
export { fromAzureAdSection } from './options/azure-ad/azure-ad-section.js';
export { parseAppSettings } from './options/azure-ad/parse-app-settings.js';
export { fromEnvironment, type Environment } from './options/environment-options.js';
export { entraEnvironmentSchema, type EnvironmentSchema } from './options/environment-schema.js';
export type { DownstreamApiOptions } from './options/downstream-api-options.js';
export type {
  Base64EncodedCredential,
  CertificateCredential,
  CertificatePathCredential,
  ClientAssertionRequest,
  ClientCredential,
  ClientSecretCredential,
  CustomSignedAssertionCredential,
  KeyVaultCredential,
  ManagedIdentityAssertionCredential,
  SignedAssertionFileCredential,
} from './options/client-credential.js';
export type {
  EntraAuthOptions,
  NetworkOptions,
  TokenValidatedContext,
} from './options/entra-auth-options.js';
export type { TokenCacheOptions } from './options/token-cache-options.js';
export type { TokenCacheStore } from './cache/token-cache.store.js';

export type { AccessTokenClaims } from './caller/access-token-claims.js';
export { CurrentUser } from './caller/current-user.decorator.js';
export type { EntraUser } from './caller/entra-user.js';

export { JwtAuthGuard } from './authentication/jwt-auth.guard.js';
export { JwtStrategy } from './authentication/jwt.strategy.js';
export { Public, type PublicOptions } from './authentication/public.decorator.js';

export { RequiredAppRoles, RequiredScopesOrAppRoles } from './authorization/required-app-roles.decorator.js';
export { RequiredAuthContext } from './authorization/required-auth-context.decorator.js';
export { RequiredScopes } from './authorization/required-scopes.decorator.js';
export { ScopesGuard } from './authorization/scopes.guard.js';

export type { OnBehalfOfRequest } from './acquisition/presented-assertion.js';
export type { AcquiredToken, TokenAcquisitionOptions } from './acquisition/token-acquisition.options.js';
export { TokenAcquisitionService } from './acquisition/token-acquisition.service.js';

export type {
  DownstreamCallOptions,
  DownstreamIdentity,
  DownstreamTokenRequest,
  RawDownstreamCallOptions,
} from './downstream/downstream-call.options.js';
export { DownstreamApi } from './downstream/downstream-api.js';
export { DownstreamApis } from './downstream/downstream-apis.decorator.js';
export { DownstreamApiService } from './downstream/downstream-api.service.js';
export { getDownstreamApiToken, InjectDownstreamApi } from './downstream/inject-downstream-api.decorator.js';
export { DownstreamScopes, type DownstreamScopesOptions } from './downstream/downstream-scopes.decorator.js';
export { DownstreamToken } from './downstream/downstream-token.decorator.js';
export { DownstreamTokensInterceptor } from './downstream/downstream-tokens.interceptor.js';

export {
  AccessBlockedError,
  AssertionRejectedError,
  ClaimsChallengeError,
  ClientCredentialError,
  ConsentRequiredError,
  IdentityPlatformUnavailableError,
  InteractionRequiredError,
  NoUserAssertionError,
  TokenAcquisitionError,
  type PlatformErrorDetails,
} from './errors/acquisition.errors.js';
export { AppOnlyCallerError, InsufficientScopeError } from './errors/authorization.errors.js';
export { ConfigurationError } from './errors/configuration.error.js';
export { DownstreamHttpError, type DownstreamHttpErrorInit } from './errors/downstream-http.error.js';
export { EntraAuthError } from './errors/entra-auth.error.js';
export { EntraExceptionFilter } from './errors/entra-exception.filter.js';
export type { EntraErrorCode, TokenErrorCode } from './errors/error-codes.js';
export { InvalidTokenError, MalformedAuthorizationError, MissingTokenError } from './errors/token.errors.js';
