import { detach } from '../../own-properties.js';

/** Keys of the `AzureAd` section that become options. */
export const READ_KEYS: readonly string[] = [
  'Instance',
  'TenantId',
  'ClientId',
  'Authority',
  'Domain',
  'SignUpSignInPolicyId',
  'Audience',
  'Audiences',
  'Scopes',
  'AllowWebApiToBeAuthorizedByACL',
  'ClientCapabilities',
  'ClientCredentials',
  'ClientCertificates',
  'ClientSecret',
  'ClientCredentialsUsingManagedIdentity',
  'UserAssignedManagedIdentityClientId',
  'SendX5C',
  'TokenDecryptionCredentials',
  'TokenDecryptionCertificates',
];

/** Keys that mean something to a web API in .NET and nothing here, with what to do instead. */
export const WITHOUT_EFFECT = detach<Readonly<Record<string, string>>>({
  ExtraQueryParameters: 'no parameters are added to token requests',
  AzureRegion: 'tokens come from the global endpoint',
  AppHomeTenantId: 'give tenantId with the call that gets a token for the application',
  TokenValidationParameters:
    'give accepted audiences as Audiences; issuer, lifetime and signature are always checked',
  MetadataAddress: 'metadata is read from Instance and TenantId',
  RequireHttpsMetadata: 'https is always required',
  DefaultUserFlow: 'give the user flow as SignUpSignInPolicyId',
});

/**
 * Keys that web applications, caches and logs of .NET have. A section that a web application and a web API share
 * has them by right, so nothing is said.
 */
export const OF_NO_CONCERN: readonly string[] = [
  'AccessDeniedPath',
  'AuthenticationMethod',
  'CallbackPath',
  'EditProfilePolicyId',
  'ErrorPath',
  'GetClaimsFromUserInfoEndpoint',
  'MaxAge',
  'Prompt',
  'RedirectUri',
  'RemoteSignOutPath',
  'RemoteAuthenticationTimeout',
  'ResetPasswordPath',
  'ResetPasswordPolicyId',
  'Resource',
  'ResponseMode',
  'ResponseType',
  'ReturnUrlParameter',
  'SaveTokens',
  'Scope',
  'SignInScheme',
  'SignOutScheme',
  'SignedOutCallbackPath',
  'SignedOutRedirectUri',
  'SkipUnrecognizedRequests',
  'UsePkce',
  'UseSecurityTokenValidator',
  'UseTokenLifetime',
  'WithSpaAuthCode',
  'AutomaticRefreshInterval',
  'BackchannelTimeout',
  'ClaimsIssuer',
  'DisableTelemetry',
  'IncludeErrorDetails',
  'MapInboundClaims',
  'RefreshInterval',
  'RefreshOnIssuerKeyNotFound',
  'SaveToken',
  'EnableCacheSynchronization',
  'LegacyCacheCompatibilityEnabled',
  'PartitionAppTokenCacheByAudience',
  'UseFastUnboundedCache',
  'ClientName',
  'ClientVersion',
  'Component',
  'Name',
  'Version',
  'EnablePiiLogging',
  'IsDefaultPlatformLoggingEnabled',
  'LogLevel',
  'ShowPII',
];

/** Keys of an API in the `DownstreamApis` section that become options. */
export const READ_API_KEYS: readonly string[] = ['BaseUrl', 'Scopes', 'RelativePath', 'RequestAppToken'];

/** Keys of an API that mean nothing here, with what to do instead. */
export const WITHOUT_EFFECT_ON_API = detach<Readonly<Record<string, string>>>({
  HttpMethod: 'each call says its method',
  AcceptHeader: 'give the header with the call',
  ContentType: 'give the header with the call',
  ExtraHeaderParameters: 'give the headers with the call',
  ExtraQueryParameters: 'give the parameters with the call',
  ProtocolScheme: 'tokens are sent as Bearer',
  AcquireTokenOptions: 'give these options with the call',
});

/** Fields of a credential that are read, by the name of their `sourceType`. */
export const CREDENTIAL_FIELDS = detach<Readonly<Record<string, readonly string[]>>>({
  ClientSecret: ['ClientSecret'],
  Path: ['CertificateDiskPath', 'PrivateKeyDiskPath', 'CertificatePassword'],
  Base64Encoded: ['Base64EncodedValue', 'CertificatePassword'],
  Certificate: ['Certificate', 'PrivateKey'],
  KeyVault: ['KeyVaultUrl', 'KeyVaultCertificateName', 'ManagedIdentityClientId'],
  SignedAssertionFilePath: ['SignedAssertionFileDiskPath'],
  SignedAssertionFromManagedIdentity: ['ManagedIdentityClientId', 'TokenExchangeUrl'],
});

/** Fields of a credential that mean nothing here. */
export const CREDENTIAL_FIELDS_WITHOUT_EFFECT = detach<Readonly<Record<string, string>>>({
  Algorithm: 'assertions are signed with PS256',
  UseBoundCredential: 'tokens are not bound to a certificate',
  TokenExchangeAuthority: 'the managed identity gets its token in its own cloud',
});

/** Values of `CredentialSource` in .NET, by number. */
export const SOURCE_TYPES: readonly string[] = [
  'Certificate',
  'KeyVault',
  'Base64Encoded',
  'Path',
  'StoreWithThumbprint',
  'StoreWithDistinguishedName',
  'ClientSecret',
  'SignedAssertionFromManagedIdentity',
  'SignedAssertionFilePath',
  'SignedAssertionFromVault',
  'AutoDecryptKeys',
  'CustomSignedAssertion',
  'ManagedCertificate',
  'StoreWithSubjectName',
];

const NO_STORE =
  'Node.js reads no Windows certificate store: export the certificate as PKCS#12 and use Path, or keep it in Key Vault and use KeyVault';

/** Kinds that are not there, with what to use instead. */
export const UNSUPPORTED_SOURCE_TYPES = detach<Readonly<Record<string, string>>>({
  StoreWithThumbprint: NO_STORE,
  StoreWithDistinguishedName: NO_STORE,
  StoreWithSubjectName: NO_STORE,
  SignedAssertionFromVault: 'keys stay in the vault with it, which nestjs-entra does not do: use KeyVault',
  AutoDecryptKeys:
    'it decrypts tokens and proves nothing: remove it, and token encryption from the registration',
  ManagedCertificate:
    "it is for Microsoft's own services: use KeyVault or SignedAssertionFromManagedIdentity",
  CustomSignedAssertion:
    "code cannot stand in JSON: give { sourceType: 'CustomSignedAssertion', getAssertion } in clientCredentials of the options",
});
