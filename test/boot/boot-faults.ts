import { CacheInterceptor } from '@nestjs/cache-manager';
import {
  Controller,
  Get,
  Inject,
  Injectable,
  Module,
  Scope,
  SetMetadata,
  UseGuards,
  UseInterceptors,
  type DynamicModule,
  type Provider,
  type Type,
} from '@nestjs/common';
import { Reflector, REQUEST } from '@nestjs/core';
import { EventPattern } from '@nestjs/microservices';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import {
  AuthModule,
  DownstreamApis,
  DownstreamScopes,
  DownstreamToken,
  fromAzureAdSection,
  JwtAuthGuard,
  JwtStrategy,
  Public,
  RequiredAppRoles,
  RequiredAuthContext,
  RequiredScopes,
  RequiredScopesOrAppRoles,
  ScopesGuard,
  type EntraAuthModuleExtras,
  type EntraAuthOptions,
} from 'nestjs-entra';
import { makeCertificate, writeFiles } from '../support/certificates.js';

export const TENANT = '8f0b7a52-6a1e-4c55-9d3a-2f1b6f3c1d20';
export const CLIENT = '5a0a1a8c-3d0e-4f61-9a51-7f9e2f0c6b11';
const B2C = { instance: 'https://contoso.b2clogin.com', signUpSignInPolicyId: 'B2C_1_signin' };
const SECRET = { sourceType: 'ClientSecret', clientSecret: 'canary' } as const;

/** What is booted, and what the ConfigurationError says. */
export interface BootFault {
  readonly what: string;
  readonly module?: () => DynamicModule | Type | Promise<DynamicModule>;
  readonly controllers?: () => Type[];
  readonly providers?: () => Provider[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly faults: readonly string[];
}

@Injectable({ scope: Scope.REQUEST })
class StrategyPerRequest extends JwtStrategy {}

@Injectable()
class StrategyOfRequest extends JwtStrategy {
  constructor(@Inject(REQUEST) readonly request: unknown) {
    super();
  }
}

type Wrong = Readonly<Record<string, unknown>>;

/** Options that are right but for what is given. */
const withOptions = (wrong: Wrong) => (): DynamicModule =>
  AuthModule.forRoot({ tenantId: TENANT, clientId: CLIENT, ...wrong } as EntraAuthOptions &
    EntraAuthModuleExtras);

const option = (what: string, wrong: Wrong, ...faults: string[]): BootFault => ({
  what,
  module: withOptions(wrong),
  faults,
});

const credential = (what: string, wrong: unknown, ...faults: string[]): BootFault =>
  option(what, { clientCredentials: [wrong] }, ...faults);

const azureAd = (what: string, section: unknown, ...faults: string[]): BootFault => ({
  what,
  module: () => AuthModule.forRoot(fromAzureAdSection(section as object)),
  faults,
});

const route = (what: string, controllers: () => Type[], ...faults: string[]): BootFault => ({
  what,
  module: withOptions({ clientCredentials: [SECRET] }),
  controllers,
  faults,
});

const service = (what: string, providers: () => Provider[], ...faults: string[]): BootFault => ({
  ...route(what, () => [], ...faults),
  providers,
});

/** A decorator that wraps the method and does not look after its metadata, as many for logging and caching do. */
const Traced = (): MethodDecorator => (_target, _key, descriptor) => {
  const original = descriptor.value as (...args: unknown[]) => unknown;
  descriptor.value = function (this: unknown, ...args: unknown[]): unknown {
    return original.apply(this, args);
  } as never;
};

/** The same, and copies what it knows of. */
const HalfCopied = (): MethodDecorator => (target, key, descriptor) => {
  const original: object = descriptor.value as never;
  Traced()(target, key, descriptor);
  for (const name of Reflect.getMetadataKeys(original)) {
    if (name === '__guards__') continue;
    Reflect.defineMetadata(name, Reflect.getMetadata(name, original), descriptor.value as never);
  }
};

/** The environment of a boot without arguments. */
const environment = (
  what: string,
  variables: Readonly<Record<string, string>>,
  ...faults: string[]
): BootFault => ({
  what,
  module: () => AuthModule.forRoot(),
  environment: variables,
  faults,
});

export const REGISTRATION: readonly BootFault[] = [
  {
    what: 'the module without forRoot()',
    module: () => AuthModule,
    faults: [
      'AuthModule is imported without options; import AuthModule.forRoot() or AuthModule.forRootAsync() in its place.',
    ],
  },
  {
    what: 'forRoot() with options that are undefined',
    module: () => AuthModule.forRoot(undefined as unknown as EntraAuthOptions),
    faults: [
      'No options were given; pass at least { tenantId, clientId } to AuthModule.forRoot(), or call it without an argument to read the environment.',
    ],
  },
  {
    what: 'a factory that gives nothing',
    module: () => AuthModule.forRootAsync({ useFactory: () => undefined as unknown as EntraAuthOptions }),
    faults: [
      'No options were given; pass at least { tenantId, clientId } to AuthModule.forRoot(), or call it without an argument to read the environment.',
    ],
  },
  {
    what: 'forRootAsync() without an argument',
    module: () => AuthModule.forRootAsync(undefined as never),
    faults: [
      'AuthModule.forRootAsync() was given nothing; give it one of useFactory, useClass and useExisting.',
    ],
  },
  {
    what: 'forRootAsync() without a factory',
    module: () => AuthModule.forRootAsync({}),
    faults: [
      'AuthModule.forRootAsync() was given no factory; give it one of useFactory, useClass and useExisting.',
    ],
  },
  {
    what: 'forRootAsync() with two factories',
    module: () =>
      AuthModule.forRootAsync({
        useFactory: () => ({ tenantId: TENANT, clientId: CLIENT }),
        useExisting: 'OPTIONS' as never,
      }),
    faults: [
      'AuthModule.forRootAsync() was given useFactory and useExisting; give it one of useFactory, useClass and useExisting.',
    ],
  },
  {
    what: 'a class that makes no options',
    module: () => AuthModule.forRootAsync({ useClass: class Settings {} as never }),
    faults: [
      'useClass is Settings, which has no such method; give a class with a method createEntraAuthOptions() that returns the options.',
    ],
  },
  {
    what: 'a misspelt property of forRootAsync()',
    module: () =>
      AuthModule.forRootAsync({
        useFactory: () => ({ tenantId: TENANT, clientId: CLIENT }),
        globlGuard: false,
      } as never),
    faults: [
      'globlGuard is no property of AuthModule.forRootAsync(), whose factory gives the options; did you mean globalGuard?',
    ],
  },
  {
    what: 'an extra from the factory',
    module: () =>
      AuthModule.forRootAsync({
        useFactory: () => ({ tenantId: TENANT, clientId: CLIENT, globalGuard: false }),
      }),
    faults: [
      'globalGuard is given by the factory of the options; give it to AuthModule.forRootAsync() beside the factory.',
    ],
  },
  option(
    'a misspelt extra',
    { globlGuard: false },
    'globlGuard is no option of nestjs-entra; did you mean globalGuard?',
  ),
  option(
    'an extra that is no boolean',
    { globalGuard: 'false', isGlobal: 1 },
    'isGlobal is 1; give true or false.',
    'globalGuard is "false"; give true or false.',
  ),
  option(
    'names of APIs that are no list',
    { injectableDownstreamApis: 'graph' },
    'injectableDownstreamApis is "graph"; give a list of names, such as ["graph"].',
  ),
  option(
    'a strategy that is request-scoped',
    { strategy: StrategyPerRequest },
    'The strategy StrategyPerRequest is request-scoped, so Nest cannot construct JwtAuthGuard at startup, and a global guard that is not constructed leaves every route open; remove the scope from its @Injectable(), validate() gets the request as its first argument.',
  ),
  option(
    'a strategy that depends on a request-scoped provider',
    { strategy: StrategyOfRequest },
    'The strategy StrategyOfRequest depends on the request-scoped provider REQUEST (StrategyOfRequest → REQUEST), so Nest cannot construct JwtAuthGuard at startup, and a global guard that is not constructed leaves every route open; make all of them singletons, validate() gets the request as its first argument.',
  ),
  {
    what: 'options that depend on a request-scoped provider',
    module: () =>
      AuthModule.forRootAsync({
        inject: [REQUEST],
        useFactory: () => ({ tenantId: TENANT, clientId: CLIENT }),
      }),
    faults: [
      'The options of AuthModule.forRootAsync() depend on the request-scoped provider REQUEST (ENTRA_AUTH_MODULE_OPTIONS → REQUEST), so Nest cannot construct JwtAuthGuard at startup, and a global guard that is not constructed leaves every route open; use a factory that needs singletons only, options are read once.',
    ],
  },
  {
    what: 'two imports with the global guard',
    module: () => {
      @Module({
        imports: [TENANT, CLIENT].map((tenantId) => AuthModule.forRoot({ tenantId, clientId: CLIENT })),
      })
      class RootModule {}
      return RootModule;
    },
    faults: [
      'AuthModule is imported 2 times with the global guard, and each guard rejects the tokens of the other registrations; import it once, in the root module, or set globalGuard: false on all imports but one.',
    ],
  },
  option(
    'a strategy that is no class',
    { strategy: {} },
    'strategy is {}; give a class that extends JwtStrategy, or leave it out.',
  ),
  option(
    'a strategy that is another class',
    { strategy: class Strategy {} },
    'strategy is the class Strategy; give a class that extends JwtStrategy, or leave it out.',
  ),
  option(
    'a strategy that is a function and no class',
    { strategy: () => undefined },
    'strategy is the function strategy; give a class that extends JwtStrategy, or leave it out.',
  ),
];

export const ENVIRONMENT: readonly BootFault[] = [
  environment(
    'nothing set',
    {},
    'AZURE_TENANT_ID is not set in the environment; set it to the tenant of the API, a GUID or verified domain, or pass options to AuthModule.forRoot().',
    'AZURE_CLIENT_ID is not set in the environment; set it to the application (client) id of the API, a GUID, or pass options to AuthModule.forRoot().',
  ),
  environment(
    'an empty variable',
    { AZURE_TENANT_ID: TENANT, AZURE_CLIENT_ID: '' },
    'AZURE_CLIENT_ID is not set in the environment; set it to the application (client) id of the API, a GUID, or pass options to AuthModule.forRoot().',
  ),
  environment(
    'a tenant name',
    { AZURE_TENANT_ID: 'contoso', AZURE_CLIENT_ID: CLIENT },
    'tenantId is "contoso"; give the tenant as a GUID or verified domain, or "organizations" or "common" for many tenants.',
  ),
  environment(
    'an authority host without https',
    { AZURE_TENANT_ID: TENANT, AZURE_CLIENT_ID: CLIENT, AZURE_AUTHORITY_HOST: 'login.microsoftonline.com' },
    'instance is "login.microsoftonline.com"; give the login host as an absolute https URL without a path, such as "https://login.microsoftonline.com".',
  ),
  {
    ...environment(
      'downstream scopes and no credential',
      { AZURE_TENANT_ID: TENANT, AZURE_CLIENT_ID: CLIENT },
      'MeController.me has @DownstreamScopes(User.Read) and no credential is set in the environment; set AZURE_CLIENT_SECRET, AZURE_CLIENT_CERTIFICATE_PATH or AZURE_FEDERATED_TOKEN_FILE.',
    ),
    controllers: () => {
      @Controller()
      class MeController {
        @Get()
        @DownstreamScopes('User.Read')
        me() {}
      }
      return [MeController];
    },
  },
];

export const OPTIONS: readonly BootFault[] = [
  option(
    'an unknown option',
    { tennantId: TENANT },
    'tennantId is no option of nestjs-entra; did you mean tenantId?',
  ),
  option(
    'instance without https',
    { instance: 'http://login.microsoftonline.com' },
    'instance is "http://login.microsoftonline.com"; give the login host as an absolute https URL without a path, such as "https://login.microsoftonline.com".',
  ),
  option(
    'instance with a password',
    { instance: 'https://user:canary@login.microsoftonline.com' },
    'instance is "https://(hidden)@login.microsoftonline.com"; give the login host as an absolute https URL without a path, such as "https://login.microsoftonline.com".',
  ),
  option(
    'tenantId that is no tenant',
    { tenantId: 'contoso' },
    'tenantId is "contoso"; give the tenant as a GUID or verified domain, or "organizations" or "common" for many tenants.',
  ),
  option(
    'many tenants',
    { tenantId: 'common' },
    `tenantId is "common" and allowedTenants is missing; list the tenants that may call as GUIDs, or say 'any' to let every tenant in.`,
  ),
  option(
    'many tenants at the host of one',
    { tenantId: 'common', instance: 'https://contoso.ciamlogin.com' },
    'tenantId is "common" and instance is "https://contoso.ciamlogin.com", the login host of one tenant; give that tenant as a GUID, or as its domain such as "contoso.onmicrosoft.com".',
  ),
  option(
    'allowedTenants that is no list of GUIDs',
    { allowedTenants: ['contoso.com'] },
    `allowedTenants is ["contoso.com"]; give a list of at least one tenant GUID, or 'any'.`,
  ),
  option(
    'clientId that is no GUID',
    { clientId: 'my-api' },
    'clientId is "my-api"; give the application (client) id of the API, a GUID.',
  ),
  option(
    'a secret in place of the client id',
    { clientId: `a1b8Q~${'canary-canary_canary.canary~canary'}` },
    'clientId is "(hidden)"; give the application (client) id of the API, a GUID.',
  ),
  option(
    'allowedClientApplications that is no list',
    { allowedClientApplications: [] },
    'allowedClientApplications is []; give a list of at least one client id as GUID, or null to accept every client.',
  ),
  option(
    'audience that is empty',
    { audience: '' },
    'audience is ""; give the App ID URI or client id that tokens for this API carry, one or several.',
  ),
  option(
    'scopes with commas',
    { scopes: 'User.Read,Mail.Read' },
    'scopes is "User.Read,Mail.Read"; commas do not separate scopes: give a list, such as ["User.Read", "Mail.Read"].',
  ),
  option('scopes that are none', { scopes: '' }, `scopes is ""; give a list of scopes, or '.default'.`),
  option(
    'scopes that are a resource alone',
    { scopes: 'api://orders', clientCredentials: [SECRET] },
    'scopes has "api://orders", a resource without a scope; name a scope after it, such as "api://orders/Read" or "https://graph.microsoft.com/.default".',
  ),
  option(
    'scopes without a credential',
    { scopes: 'User.Read' },
    'scopes is "User.Read" and clientCredentials is empty; give the API a credential to exchange tokens with.',
  ),
  option(
    'scopes that mix .default with others',
    { scopes: ['api://x/.default', 'api://x/Read'], clientCredentials: [SECRET] },
    'scopes: The scopes api://x/.default, api://x/Read mix .default with named scopes of api://x; ask for .default alone, or for named scopes alone.',
  ),
  option(
    'clockSkewSeconds out of range',
    { clockSkewSeconds: 301 },
    'clockSkewSeconds is 301; give a whole number from 0 to 300.',
  ),
  option(
    'allowWebApiToBeAuthorizedByACL that is no boolean',
    { allowWebApiToBeAuthorizedByACL: 'yes' },
    'allowWebApiToBeAuthorizedByACL is "yes"; give true or false.',
  ),
  option(
    'onTokenValidated that is no function',
    { onTokenValidated: 'log' },
    'onTokenValidated is "log"; give a function, or leave it out.',
  ),
  option(
    'clientCapabilities that is no list',
    { clientCapabilities: 'cp1' },
    'clientCapabilities is "cp1"; give a list of strings, such as ["cp1"].',
  ),
  option('sendX5C that is no boolean', { sendX5C: 1 }, 'sendX5C is 1; give true or false.'),
  option(
    'tokenCache that is no object',
    { tokenCache: true },
    'tokenCache is true; give an object, or leave it out.',
  ),
  option(
    'an unknown option of tokenCache',
    { tokenCache: { maxbyte: 1 } },
    'tokenCache.maxbyte is no option of nestjs-entra; did you mean tokenCache.maxBytes?',
  ),
  option(
    'tokenCache out of range',
    { tokenCache: { maxBytes: 1, expiryBufferSeconds: 3601 } },
    'tokenCache.maxBytes is 1; give a whole number from 65536 to 9007199254740991.',
    'tokenCache.expiryBufferSeconds is 3601; give a whole number from 0 to 3600.',
  ),
  option('network that is no object', { network: [] }, 'network is []; give an object, or leave it out.'),
  option(
    'an unknown option of network',
    { network: { timeout: 1 } },
    'network.timeout is no option of nestjs-entra; did you mean network.timeoutMs?',
  ),
  option(
    'network out of range',
    { network: { timeoutMs: 1, retries: 9, fetch: 'undici' } },
    'network.timeoutMs is 1; give a whole number from 1000 to 120000.',
    'network.retries is 9; give a whole number from 0 to 5.',
    'network.fetch is "undici"; give a function with the signature of fetch, or leave it out.',
  ),
  option(
    'showErrorDetails that is no boolean',
    { showErrorDetails: 'true' },
    'showErrorDetails is "true"; give true or false.',
  ),
  option(
    'cacheControl that is not a header value',
    { cacheControl: 'private\r\nSet-Cookie: a=b' },
    'cacheControl must be a value of the Cache-Control header, or null to set none; got "private\\r\\nSet-Cookie: a=b". Use a value such as "private, no-cache".',
  ),
  {
    ...option(
      'showErrorDetails in production',
      { showErrorDetails: true },
      'showErrorDetails is true while NODE_ENV is "production"; it tells callers what only the log should hold: remove it there.',
    ),
    environment: { NODE_ENV: 'production' },
  },
  {
    ...option(
      'showErrorDetails in any other environment than development and test',
      { showErrorDetails: true },
      'showErrorDetails is true while NODE_ENV is "Staging "; it tells callers what only the log should hold: remove it there.',
    ),
    environment: { NODE_ENV: 'Staging ' },
  },
  {
    ...option(
      'TLS certificates that nobody checks, in production',
      {},
      'NODE_TLS_REJECT_UNAUTHORIZED is "0" while NODE_ENV is "production"; anyone on the network can then pose as the identity platform: remove it, and name the certificate authority to trust in NODE_EXTRA_CA_CERTS.',
    ),
    environment: { NODE_ENV: 'production', NODE_TLS_REJECT_UNAUTHORIZED: '0' },
  },
  option(
    'a policy outside Azure AD B2C',
    { signUpSignInPolicyId: 'B2C_1_signin' },
    'signUpSignInPolicyId is "B2C_1_signin" and instance is left out; only Azure AD B2C has policies: remove it, or give the instance of the B2C tenant, such as "https://contoso.b2clogin.com".',
  ),
  option(
    'Azure AD B2C without a policy',
    { ...B2C, signUpSignInPolicyId: undefined },
    'signUpSignInPolicyId is missing and instance is "https://contoso.b2clogin.com"; give the user flow or custom policy whose tokens are accepted, such as "B2C_1_signup_signin": letters, digits, _ and -.',
  ),
  option(
    'Azure AD B2C with credentials and scopes',
    { ...B2C, clientCredentials: [SECRET], scopes: 'User.Read' },
    'clientCredentials is given and instance is "https://contoso.b2clogin.com"; Azure AD B2C has no on-behalf-of flow: remove clientCredentials, or use Microsoft Entra ID.',
    'scopes is "User.Read" and instance is "https://contoso.b2clogin.com"; Azure AD B2C has no on-behalf-of flow: remove scopes, or use Microsoft Entra ID.',
  ),
  {
    ...option(
      'Azure AD B2C with downstream scopes on a route',
      B2C,
      'MeController.me has @DownstreamScopes(User.Read) and Azure AD B2C has no on-behalf-of flow; remove the decorator, or use Microsoft Entra ID.',
    ),
    controllers: () => {
      @Controller()
      class MeController {
        @Get()
        @DownstreamScopes('User.Read')
        me() {}
      }
      return [MeController];
    },
  },
  option(
    'unguardedEntryPoints that is neither of the two',
    { unguardedEntryPoints: 'off' },
    `unguardedEntryPoints must be 'error' or 'warn'; got "off".`,
  ),
];

export const DOWNSTREAM_APIS: readonly BootFault[] = [
  option(
    'downstreamApis that is no object',
    { downstreamApis: [] },
    'downstreamApis is []; give an object of APIs by name, such as { graph: { baseUrl: "https://graph.microsoft.com/v1.0", scopes: ["User.Read"] } }.',
  ),
  option(
    'downstreamApis that is a long text',
    { downstreamApis: 'a'.repeat(1_000_000) },
    `downstreamApis is "${'a'.repeat(199)}; give an object of APIs by name, such as { graph: { baseUrl: "https://graph.microsoft.com/v1.0", scopes: ["User.Read"] } }.`,
  ),
  option(
    'a name that is none',
    { downstreamApis: { '1': {} }, clientCredentials: [SECRET] },
    'downstreamApis has an API named "1"; give a name that begins with a letter and has up to 64 letters, digits, "_", "." and "-".',
  ),
  option(
    'an API that is no object',
    { downstreamApis: { graph: 'x' }, clientCredentials: [SECRET] },
    'downstreamApis.graph is "x"; give an object with baseUrl and scopes.',
  ),
  option(
    'an API without address and scopes, and an unknown option',
    { downstreamApis: { graph: { baseURL: 'x' } }, clientCredentials: [SECRET] },
    'downstreamApis.graph.baseURL is no option of nestjs-entra; did you mean downstreamApis.graph.baseUrl?',
    'downstreamApis.graph.baseUrl is missing; give an absolute https URL without user name, query, fragment and dot segments, such as "https://graph.microsoft.com/v1.0" (http for a loopback address alone).',
    'downstreamApis.graph.scopes is missing; name the scopes of the API, such as ["User.Read"].',
  ),
  option(
    'values out of range',
    {
      downstreamApis: {
        graph: {
          baseUrl: 'http://graph.microsoft.com',
          scopes: 'User.Read,Mail.Read',
          relativePath: 1,
          requestAppToken: 1,
          timeoutMs: 1,
          retries: 9,
          maxResponseBytes: 1,
          fetch: 1,
        },
      },
      clientCredentials: [SECRET],
    },
    'downstreamApis.graph.baseUrl is "http://graph.microsoft.com"; give an absolute https URL without user name, query, fragment and dot segments, such as "https://graph.microsoft.com/v1.0" (http for a loopback address alone).',
    'downstreamApis.graph.scopes is "User.Read,Mail.Read"; commas do not separate scopes: give a list, such as ["User.Read", "Mail.Read"].',
    'downstreamApis.graph.relativePath is 1; give a path below baseUrl, such as "me".',
    'downstreamApis.graph.requestAppToken is 1; give true or false.',
    'downstreamApis.graph.timeoutMs is 1; give a whole number from 100 to 600000.',
    'downstreamApis.graph.retries is 9; give a whole number from 0 to 5.',
    'downstreamApis.graph.maxResponseBytes is 1; give a whole number from 1024 to 1073741824.',
    'downstreamApis.graph.fetch is 1; give a function with the signature of fetch, or leave it out.',
  ),
  option(
    'a path that leads away',
    {
      downstreamApis: {
        orders: { baseUrl: 'https://orders.example/v1', scopes: 'api://x/Read', relativePath: '../admin' },
        mail: { baseUrl: 'https://mail.example ', scopes: 'api://x/Read', relativePath: '../admin' },
      },
      clientCredentials: [SECRET],
    },
    'downstreamApis.mail.baseUrl is "https://mail.example "; give an absolute https URL without user name, query, fragment and dot segments, such as "https://graph.microsoft.com/v1.0" (http for a loopback address alone).',
    'downstreamApis.orders.relativePath: The path of a call to a downstream API has a dot segment; give a path below its baseUrl, with encodeURIComponent() around each value in it.',
  ),
  option(
    'scopes of two resources',
    {
      downstreamApis: { both: { baseUrl: 'https://api.example', scopes: ['User.Read', 'api://x/Read'] } },
      clientCredentials: [SECRET],
    },
    'downstreamApis.both: The scopes User.Read, api://x/Read belong to 2 resources (https://graph.microsoft.com, api://x) and one token serves one resource; ask once for each.',
  ),
  option(
    'an API without a credential',
    { downstreamApis: { graph: { baseUrl: 'https://graph.microsoft.com/v1.0', scopes: 'User.Read' } } },
    'downstreamApis names "graph" and clientCredentials is empty; give the API a credential to exchange tokens with.',
  ),
];

export const CREDENTIALS: readonly BootFault[] = [
  option(
    'clientCredentials that is no list',
    { clientCredentials: {} },
    'clientCredentials is not a list; give a list such as [{ sourceType: "ClientSecret", clientSecret }].',
  ),
  credential(
    'a credential that is no object',
    'canary',
    'clientCredentials[0] is not an object; give an object with a sourceType.',
  ),
  credential(
    'a credential of no known kind',
    { sourceType: 'StoreWithThumbprint' },
    'clientCredentials[0].sourceType is "StoreWithThumbprint"; give one of ClientSecret, Path, Base64Encoded, Certificate, KeyVault, SignedAssertionFilePath, SignedAssertionFromManagedIdentity, CustomSignedAssertion.',
  ),
  credential(
    'a field that is missing',
    { sourceType: 'ClientSecret' },
    'clientCredentials[0].clientSecret is missing; give it as a non-empty string.',
  ),
  credential(
    'a secret that is empty',
    { sourceType: 'ClientSecret', clientSecret: ' ' },
    'clientCredentials[0].clientSecret is empty; give it as a non-empty string.',
  ),
  credential(
    'a secret that is no text',
    { sourceType: 'ClientSecret', clientSecret: 7 },
    'clientCredentials[0].clientSecret is not a string; give it as a non-empty string.',
  ),
  credential(
    'an unknown field',
    { ...SECRET, clientSecrt: 'canary' },
    'clientCredentials[0].clientSecrt is no field of a ClientSecret credential of nestjs-entra; did you mean clientCredentials[0].clientSecret?',
  ),
  credential(
    'an assertion that is no function',
    { sourceType: 'CustomSignedAssertion', getAssertion: 'canary' },
    'clientCredentials[0].getAssertion is not a function; give a function that gives a signed assertion.',
  ),
  credential(
    'a vault that is none',
    {
      sourceType: 'KeyVault',
      keyVaultUrl: 'contoso',
      keyVaultCertificateName: 'a b',
      managedIdentityClientId: 'me',
    },
    'clientCredentials[0].keyVaultUrl is "contoso"; give the address of the vault, such as "https://contoso.vault.azure.net".',
    'clientCredentials[0].keyVaultCertificateName is "a b"; give the name of a certificate in the vault: letters, digits and "-".',
    'clientCredentials[0].managedIdentityClientId is "me"; give the client id of the managed identity, a GUID, or leave it out.',
  ),
  credential(
    'an assertion file that is named nowhere',
    { sourceType: 'SignedAssertionFilePath' },
    'clientCredentials[0].signedAssertionFileDiskPath is missing and the environment variable AZURE_FEDERATED_TOKEN_FILE is not set; give one of the two.',
  ),
];

const certificate = (what: string, make: () => Promise<object>, ...faults: string[]): BootFault => ({
  what,
  module: async () => withOptions({ clientCredentials: [await make()] })(),
  faults,
});

export const CERTIFICATES: readonly BootFault[] = [
  credential(
    'a file that is missing',
    { sourceType: 'Path', certificateDiskPath: '/no-such-folder/certificate.pem' },
    'clientCredentials[0] (Path) cannot read /no-such-folder/certificate.pem (ENOENT); check the path and its permissions.',
  ),
  credential(
    'a file that cannot be read',
    { sourceType: 'Path', certificateDiskPath: '/' },
    'clientCredentials[0] (Path) cannot read /, which is no regular file; check the path.',
  ),
  certificate(
    'a certificate without its key',
    async () => ({
      sourceType: 'Path',
      ...writeFiles({ certificateDiskPath: (await makeCertificate()).certificate }),
    }),
    'clientCredentials[0] (Path) is without its private key; give the PEM of the key as well, in a file of its own or beside the certificate.',
  ),
  certificate(
    'a text that is no certificate',
    async () => ({ ...(await makeCertificate()), sourceType: 'Certificate', certificate: 'canary' }),
    'clientCredentials[0] (Certificate) holds no PEM certificate; it has to begin with -----BEGIN CERTIFICATE-----.',
  ),
  certificate(
    'a text that is no key',
    async () => ({ ...(await makeCertificate()), sourceType: 'Certificate', privateKey: 'canary' }),
    'clientCredentials[0] (Certificate) is without its private key; give the PEM of the key as well, in a file of its own or beside the certificate.',
  ),
  certificate(
    'the key of another certificate',
    async () => ({
      ...(await makeCertificate()),
      sourceType: 'Certificate',
      privateKey: (await makeCertificate()).privateKey,
    }),
    'clientCredentials[0] (Certificate) has a private key that is not the key of its certificate; give the key that belongs to it.',
  ),
  certificate(
    'a certificate that has expired',
    async () => ({ ...(await makeCertificate({ days: -1 })), sourceType: 'Certificate' }),
    'clientCredentials[0] (Certificate) expired on {date}; renew the certificate and register it with the application.',
  ),
  certificate(
    'base64 that is none',
    async () => ({ sourceType: 'Base64Encoded', base64EncodedValue: '%canary%' }),
    'clientCredentials[0] (Base64Encoded) has a base64EncodedValue that is not base64; encode the file again.',
  ),
  {
    what: 'what is wrong everywhere, at once',
    module: () =>
      AuthModule.forRootAsync({
        useFactory: () => ({
          tenantId: 'contoso',
          clientId: CLIENT,
          clientCredentials: [{ sourceType: 'Path', certificateDiskPath: '/no-such-folder/certificate.pem' }],
        }),
        globlGuard: false,
      } as never),
    controllers: () => {
      @Controller()
      class MeController {
        @Get()
        @Public()
        @RequiredScopes('access_as_user')
        me() {}
      }
      return [MeController];
    },
    faults: [
      'globlGuard is no property of AuthModule.forRootAsync(), whose factory gives the options; did you mean globalGuard?',
      'tenantId is "contoso"; give the tenant as a GUID or verified domain, or "organizations" or "common" for many tenants.',
      'MeController.me is @Public and requires access_as_user; a public route has no caller who could have them: remove one of the two.',
      'clientCredentials[0] (Path) cannot read /no-such-folder/certificate.pem (ENOENT); check the path and its permissions.',
    ],
  },
];

export const ROUTES: readonly BootFault[] = [
  {
    ...route(
      'downstream scopes without a credential',
      () => {
        @Controller()
        class MeController {
          @Get()
          @DownstreamScopes('User.Read')
          me() {}
        }
        return [MeController];
      },
      'MeController.me has @DownstreamScopes(User.Read) and clientCredentials is empty; give the API a credential to exchange tokens with.',
    ),
    module: withOptions({}),
  },
  route(
    'downstream scopes on a public route',
    () => {
      @Controller()
      @Public()
      class MeController {
        @Get()
        @DownstreamScopes('User.Read')
        me() {}
      }
      return [MeController];
    },
    'MeController.me has @DownstreamScopes and @Public; a public route has no user to exchange a token for: remove one of the two.',
  ),
  route(
    '.default of the class beside a named scope of the handler',
    () => {
      @Controller()
      @DownstreamScopes('https://graph.microsoft.com/.default')
      class MeController {
        @Get()
        @DownstreamScopes('User.Read')
        me() {}
      }
      return [MeController];
    },
    'MeController.me: The scopes https://graph.microsoft.com/.default, User.Read mix .default with named scopes of https://graph.microsoft.com; ask for .default alone, or for named scopes alone.',
  ),
  route(
    '@DownstreamToken() on a route without scopes',
    () => {
      @Controller()
      class MeController {
        @Get()
        me(@DownstreamToken() _token: string) {}
      }
      return [MeController];
    },
    "MeController.me has @DownstreamToken() without a scope and no @DownstreamScopes; name the scope, such as @DownstreamToken('User.Read').",
  ),
  route(
    '@DownstreamToken() with scopes that are not acquired before the handler',
    () => {
      @Controller()
      class MeController {
        @Get()
        @DownstreamScopes('User.Read', { prefetch: 'background' })
        me(@DownstreamToken() _token: string) {}
      }
      return [MeController];
    },
    "MeController.me has @DownstreamToken() without a scope and scopes that are not acquired before it runs (prefetch 'background' or 'onDemand'); name the scope, such as @DownstreamToken('User.Read').",
  ),
  route(
    '@DownstreamToken() with scopes of two resources',
    () => {
      @Controller()
      class MeController {
        @Get()
        @DownstreamScopes('User.Read', 'api://orders/Read')
        me(@DownstreamToken() _token: string) {}
      }
      return [MeController];
    },
    "MeController.me has @DownstreamToken() without a scope and scopes of https://graph.microsoft.com and api://orders; name the scope, such as @DownstreamToken('User.Read').",
  ),
  route(
    'an API that is not configured',
    () => {
      @Controller()
      class MeController {
        @Get()
        @DownstreamApis('graph')
        me() {}
      }
      return [MeController];
    },
    "MeController.me has @DownstreamApis('graph') and downstreamApis has none; name one of them.",
  ),
  {
    ...route(
      'an API that is called as the application',
      () => {
        @Controller()
        class MeController {
          @Get()
          @DownstreamApis('reports')
          me() {}
        }
        return [MeController];
      },
      "MeController.me has @DownstreamApis('reports') and downstreamApis.reports.requestAppToken is true; only tokens of users are acquired ahead: remove one of the two.",
    ),
    module: withOptions({
      clientCredentials: [SECRET],
      downstreamApis: {
        reports: {
          baseUrl: 'https://reports.example',
          scopes: 'api://reports/.default',
          requestAppToken: true,
        },
      },
    }),
  },
  route(
    'a requirement on a public route',
    () => {
      @Controller()
      @RequiredScopes('access_as_user')
      class MeController {
        @Get()
        @Public()
        me() {}
      }
      return [MeController];
    },
    'MeController.me is @Public and requires access_as_user; a public route has no caller who could have them: remove one of the two.',
  ),
  route(
    'a requirement on an optional route',
    () => {
      @Controller()
      @Public({ optional: true })
      class MeController {
        @Get()
        @RequiredScopes('access_as_user')
        me() {}
      }
      return [MeController];
    },
    'MeController.me is @Public({ optional: true }) and requires access_as_user; a request without a token could never meet that: remove one of the two.',
  ),
  route(
    'downstream scopes on an optional route',
    () => {
      @Controller()
      class MeController {
        @Get()
        @Public({ optional: true })
        @DownstreamScopes('User.Read')
        me() {}
      }
      return [MeController];
    },
    "MeController.me has @DownstreamScopes and @Public({ optional: true }); a request without a token has no user to exchange a token for: add { prefetch: 'onDemand' }.",
  ),
  route(
    'a scope with its resource',
    () => {
      @Controller()
      class MeController {
        @Get()
        @RequiredScopes('api://my-api/access_as_user')
        me() {}
      }
      return [MeController];
    },
    'MeController.me requires api://my-api/access_as_user; tokens name a scope without its resource: require access_as_user.',
  ),
  route(
    'ScopesGuard without a requirement',
    () => {
      @Controller()
      class MeController {
        @Get()
        @UseGuards(ScopesGuard)
        me() {}
      }
      return [MeController];
    },
    'MeController.me has ScopesGuard and no requirement; name one with @RequiredScopes() or its like, which put the guard in place by themselves.',
  ),
  route(
    'a requirement below a decorator that replaces the method',
    () => {
      @Controller()
      class MeController {
        @Get()
        @Traced()
        @RequiredScopes('reports.read')
        me() {}
      }
      return [MeController];
    },
    'MeController.me has @RequiredScopes(reports.read) without effect, because another decorator replaced the method and dropped its metadata; move @RequiredScopes above that decorator, or make that decorator copy the metadata to the new function.',
  ),
  route(
    'a requirement whose guard was dropped',
    () => {
      @Controller()
      class MeController {
        @Get()
        @HalfCopied()
        @RequiredScopes('reports.read')
        me() {}
      }
      return [MeController];
    },
    'MeController.me requires reports.read and has no ScopesGuard, because another decorator dropped it; let that decorator copy all metadata of the method.',
  ),
  route(
    '@Public(false) below a decorator that replaces the method',
    () => {
      @Controller()
      @Public()
      class MeController {
        @Get()
        @Traced()
        @Public(false)
        me() {}
      }
      return [MeController];
    },
    'MeController.me has @Public(false) without effect, because another decorator replaced the method and dropped its metadata; move @Public above that decorator, or make that decorator copy the metadata to the new function.',
  ),
  route(
    'every other decorator below one that replaces the method',
    () => {
      @Controller()
      class MeController {
        @Get()
        @Traced()
        @RequiredAuthContext('c1')
        @RequiredAppRoles('Admin')
        @DownstreamScopes('User.Read')
        me(@DownstreamToken('Mail.Read') _token: string) {}
      }
      return [MeController];
    },
    ...[
      'DownstreamScopes(Mail.Read)',
      'DownstreamScopes(User.Read)',
      'RequiredAppRoles(Admin)',
      'RequiredAuthContext(c1)',
    ].map(
      (decorator) =>
        `MeController.me has @${decorator} without effect, because another decorator replaced the method and dropped its metadata; move @${decorator.slice(0, decorator.indexOf('('))} above that decorator, or make that decorator copy the metadata to the new function.`,
    ),
  ),
  route(
    'a requirement on a method that a subclass overrides',
    () => {
      class ReportsController {
        @Get()
        @RequiredScopes('reports.read')
        @RequiredAuthContext('c1')
        all() {}
      }
      @Controller('admin')
      class AdminController extends ReportsController {
        @Get()
        override all() {}
      }
      return [AdminController];
    },
    'AdminController.all overrides ReportsController.all without its @RequiredAuthContext(c1); repeat the decorator on the method that overrides.',
    'AdminController.all overrides ReportsController.all without its @RequiredScopes(reports.read); repeat the decorator on the method that overrides.',
  ),
  route(
    '@Public(false) on a method that a public subclass overrides',
    () => {
      class ReportsController {
        @Get()
        @Public(false)
        all() {}
      }
      @Controller('open')
      @Public()
      class OpenController extends ReportsController {
        @Get()
        override all() {}
      }
      return [OpenController];
    },
    'OpenController.all overrides ReportsController.all without its @Public(false); repeat the decorator on the method that overrides.',
  ),
  route(
    'a requirement on a method that serves nothing',
    () => {
      @Controller()
      class MeController {
        @RequiredScopes('reports.read')
        me() {}
      }
      return [MeController];
    },
    'MeController.me has @RequiredScopes(reports.read) and serves no requests; put it on the handler of a controller, resolver or gateway, or check the caller in the code of the method.',
  ),
  route(
    'a requirement on a static method',
    () => {
      @Controller()
      class MeController {
        @RequiredScopes('reports.read')
        static me() {}
      }
      return [MeController];
    },
    'MeController.me has @RequiredScopes(reports.read) and is static, so it serves no requests; put it on the handler of a controller, resolver or gateway, or check the caller in the code of the method.',
  ),
  service(
    'requirements on a method of a service',
    () => {
      @Injectable()
      class Reports {
        @RequiredScopes('reports.read')
        @DownstreamScopes('User.Read')
        // What @Cron() of @nestjs/schedule leaves: its methods are called without guards.
        @SetMetadata('SCHEDULE_CRON_OPTIONS', {})
        all() {}
      }
      return [Reports];
    },
    'Reports.all has @DownstreamScopes(User.Read) and serves no requests; put it on the handler of a controller, resolver or gateway, or check the caller in the code of the method.',
    'Reports.all has @RequiredScopes(reports.read) and serves no requests; put it on the handler of a controller, resolver or gateway, or check the caller in the code of the method.',
  ),
  service(
    'a requirement on a service',
    () => {
      @Injectable()
      @RequiredScopes('reports.read')
      class Reports {
        all() {}
      }
      return [{ provide: 'REPORTS', useValue: new Reports() }];
    },
    'Reports has @RequiredScopes(reports.read), and none of its methods serves requests; put it on the handler of a controller, resolver or gateway, or check the caller in the code of the method.',
  ),
  service(
    'a requirement in a controller that is registered as a provider only',
    () => {
      @Controller()
      class MeController {
        @Get()
        @RequiredScopes('reports.read')
        me() {}
      }
      return [MeController];
    },
    'MeController.me has @RequiredScopes(reports.read) and serves no requests; put it on the handler of a controller, resolver or gateway, or check the caller in the code of the method.',
  ),
  route(
    'JwtAuthGuard on a handler of a public class',
    () => {
      @Controller()
      @Public()
      class MeController {
        @Get()
        @UseGuards(JwtAuthGuard)
        me() {}
      }
      return [MeController];
    },
    'MeController.me has @UseGuards(JwtAuthGuard) and @Public() on its class, so the guard lets every request in; remove one of the two, or add @Public(false) to the handler.',
  ),
  route(
    'JwtAuthGuard on a handler of a class with an optional caller',
    () => {
      @Controller()
      @Public({ optional: true })
      class MeController {
        @Get()
        @UseGuards(JwtAuthGuard)
        me() {}
      }
      return [MeController];
    },
    'MeController.me has @UseGuards(JwtAuthGuard) and @Public({ optional: true }) on its class, so the guard lets requests without a token in; add @Public(false) to the handler to require a token, or @Public({ optional: true }) if it is meant to be optional.',
  ),
  route(
    'JwtAuthGuard on a public handler',
    () => {
      @Controller()
      class MeController {
        @Get()
        @Public()
        @UseGuards(JwtAuthGuard)
        me() {}
      }
      return [MeController];
    },
    'MeController.me has @UseGuards(JwtAuthGuard) and @Public(), so the guard lets every request in; remove one of the two, or add @Public(false) to the handler.',
  ),
  route(
    'JwtAuthGuard on a public class',
    () => {
      @Controller()
      @Public()
      @UseGuards(JwtAuthGuard)
      class MeController {
        @Get()
        me() {}
      }
      return [MeController];
    },
    'MeController.me is on a class with @UseGuards(JwtAuthGuard) and @Public(), so the guard lets every request in; remove one of the two.',
  ),
];

/** Thrown when the decorator is applied. */
export const DECORATORS: readonly BootFault[] = [
  {
    what: 'a requirement on a property',
    module: () => {
      class MeController {}
      RequiredScopes('reports.read')(MeController.prototype, 'me', undefined as never);
      return MeController;
    },
    faults: [
      '@RequiredScopes(reports.read) must be on a class or a method; got MeController.me, which is neither.',
    ],
  },
  {
    what: '@Public() with a string',
    module: () => void Public('optional' as never) as never,
    faults: ['@Public() must be given true, false or { optional: true }; got "optional".'],
  },
  {
    what: '@Public() with a misspelt option',
    module: () => void Public({ optinal: true } as never) as never,
    faults: ['@Public() must be given true, false or { optional: true }; got {"optinal":true}.'],
  },
  {
    what: '@RequiredScopes()',
    module: () => void RequiredScopes() as never,
    faults: [
      '@RequiredScopes was given nothing; name scopes or roles as they stand in the token, one string each.',
    ],
  },
  {
    what: '@RequiredScopes.all()',
    module: () => void RequiredScopes.all() as never,
    faults: [
      '@RequiredScopes.all was given nothing; name scopes or roles as they stand in the token, one string each.',
    ],
  },
  {
    what: '@RequiredAppRoles()',
    module: () => void RequiredAppRoles() as never,
    faults: [
      '@RequiredAppRoles was given nothing; name scopes or roles as they stand in the token, one string each.',
    ],
  },
  {
    what: '@RequiredScopesOrAppRoles()',
    module: () => void RequiredScopesOrAppRoles({ scopes: [], roles: [] }) as never,
    faults: [
      '@RequiredScopesOrAppRoles was given nothing; name scopes or roles as they stand in the token, one string each.',
    ],
  },
  {
    what: '@RequiredScopes() with a space',
    module: () => void RequiredScopes('a b') as never,
    faults: [
      '@RequiredScopes was given ["a b"]; name scopes or roles as they stand in the token, one string each.',
    ],
  },
  {
    what: '@DownstreamApis()',
    module: () => void DownstreamApis() as never,
    faults: ['@DownstreamApis was given nothing; name APIs of downstreamApis, one string each.'],
  },
  {
    what: '@DownstreamScopes()',
    module: () => void DownstreamScopes() as never,
    faults: ['@DownstreamScopes was given nothing; name scopes, one string each.'],
  },
  {
    what: '@DownstreamScopes() with a comma',
    module: () => void DownstreamScopes('a,b') as never,
    faults: ['@DownstreamScopes was given ["a,b"]; name scopes, one string each.'],
  },
  {
    what: '@DownstreamScopes() with a resource alone',
    module: () => void DownstreamScopes('https://graph.microsoft.com/') as never,
    faults: [
      '@DownstreamScopes was given "https://graph.microsoft.com/", a resource without a scope; name a scope after it, such as "api://orders/Read" or "https://graph.microsoft.com/.default".',
    ],
  },
  {
    what: '@DownstreamScopes() with an unknown prefetch',
    module: () => void DownstreamScopes('User.Read', { prefetch: 'lazy' as never }) as never,
    faults: [`@DownstreamScopes was given prefetch "lazy"; give 'blocking', 'background' or 'onDemand'.`],
  },
];

const SECTION = { Instance: 'https://login.microsoftonline.com/', TenantId: TENANT, ClientId: CLIENT };
const withCredential = (entry: object) => ({ AzureAd: { ...SECTION, ClientCredentials: [entry] } });

export const AZURE_AD: readonly BootFault[] = [
  azureAd(
    'no object',
    undefined,
    'fromAzureAdSection() was given no object; give the parsed JSON of appsettings.json, its AzureAd section, or process.env.',
  ),
  azureAd(
    'no section',
    { Logging: {} },
    'fromAzureAdSection() was given an object without an AzureAd section; give the parsed JSON of appsettings.json, its AzureAd section, or process.env with names such as AzureAd__ClientId.',
  ),
  azureAd('a section that is a text', { AzureAd: 'canary' }, 'AzureAd is no section; give an object.'),
  azureAd(
    'a text that is a section',
    { AzureAd: { ...SECTION, ClientId: { a: 1 } } },
    'AzureAd:ClientId is a section; give a text.',
  ),
  azureAd(
    'a flag that is none',
    { AzureAd: { ...SECTION, SendX5C: 'yes' } },
    `AzureAd:SendX5C is "yes"; give true or false.`,
  ),
  azureAd(
    'an authority that is none',
    { AzureAd: { Authority: 'https://login.microsoftonline.com', ClientId: CLIENT } },
    `AzureAd:Authority is "https://login.microsoftonline.com"; give an https URL with the tenant as its path, such as "https://login.microsoftonline.com/contoso.onmicrosoft.com", or Instance and TenantId in its place.`,
  ),
  azureAd(
    'an authority that says something else',
    { AzureAd: { ...SECTION, Authority: 'https://login.microsoftonline.us/contoso.onmicrosoft.com/v2.0' } },
    `AzureAd:Authority is "https://login.microsoftonline.us/contoso.onmicrosoft.com/v2.0" and AzureAd:Instance is "https://login.microsoftonline.com/" and AzureAd:TenantId is "8f0b7a52-6a1e-4c55-9d3a-2f1b6f3c1d20", which is not the same; remove Authority, or make them agree.`,
  ),
  azureAd(
    'encrypted tokens',
    {
      AzureAd: {
        ...SECTION,
        TokenDecryptionCredentials: [{ SourceType: 'Path', CertificateDiskPath: 'a.pfx' }],
      },
    },
    'AzureAd:TokenDecryptionCredentials is given; nestjs-entra does not decrypt tokens: remove it, and token encryption from the registration.',
  ),
  azureAd(
    'a credential without a kind',
    withCredential({ ClientSecret: 'canary' }),
    'AzureAd:ClientCredentials:0:SourceType is missing; give one of ClientSecret, Path, Base64Encoded, Certificate, KeyVault, SignedAssertionFilePath, SignedAssertionFromManagedIdentity.',
  ),
  azureAd(
    'a credential StoreWithThumbprint',
    withCredential({ SourceType: 'StoreWithThumbprint' }),
    `AzureAd:ClientCredentials:0:SourceType is "StoreWithThumbprint"; Node.js reads no Windows certificate store: export the certificate as PKCS#12 and use Path, or keep it in Key Vault and use KeyVault.`,
  ),
  azureAd(
    'a credential StoreWithDistinguishedName',
    withCredential({ SourceType: 'StoreWithDistinguishedName' }),
    `AzureAd:ClientCredentials:0:SourceType is "StoreWithDistinguishedName"; Node.js reads no Windows certificate store: export the certificate as PKCS#12 and use Path, or keep it in Key Vault and use KeyVault.`,
  ),
  azureAd(
    'a credential StoreWithSubjectName',
    withCredential({ SourceType: 'StoreWithSubjectName' }),
    `AzureAd:ClientCredentials:0:SourceType is "StoreWithSubjectName"; Node.js reads no Windows certificate store: export the certificate as PKCS#12 and use Path, or keep it in Key Vault and use KeyVault.`,
  ),
  azureAd(
    'a credential SignedAssertionFromVault',
    withCredential({ SourceType: 'SignedAssertionFromVault' }),
    `AzureAd:ClientCredentials:0:SourceType is "SignedAssertionFromVault"; keys stay in the vault with it, which nestjs-entra does not do: use KeyVault.`,
  ),
  azureAd(
    'a credential AutoDecryptKeys',
    withCredential({ SourceType: 'AutoDecryptKeys' }),
    `AzureAd:ClientCredentials:0:SourceType is "AutoDecryptKeys"; it decrypts tokens and proves nothing: remove it, and token encryption from the registration.`,
  ),
  azureAd(
    'a credential ManagedCertificate',
    withCredential({ SourceType: 'ManagedCertificate' }),
    `AzureAd:ClientCredentials:0:SourceType is "ManagedCertificate"; it is for Microsoft's own services: use KeyVault or SignedAssertionFromManagedIdentity.`,
  ),
  azureAd(
    'a credential CustomSignedAssertion',
    withCredential({ SourceType: 'CustomSignedAssertion' }),
    `AzureAd:ClientCredentials:0:SourceType is "CustomSignedAssertion"; code cannot stand in JSON: give { sourceType: 'CustomSignedAssertion', getAssertion } in clientCredentials of the options.`,
  ),
];

export const ENTRY_POINTS: readonly BootFault[] = [
  route(
    'a message handler that nobody has decided about',
    () => {
      @Controller()
      class OrdersController {
        @EventPattern('created')
        created(data: unknown) {
          return data;
        }
      }
      return [OrdersController];
    },
    'OrdersController.created handles messages, which the global guard does not cover in every version of Nest, and never after connectMicroservice() without inheritAppConfig; put @UseGuards(JwtAuthGuard) or @Public() on it.',
  ),
  route(
    'a WebSocket message handler that nobody has decided about',
    () => {
      @WebSocketGateway()
      class EventsGateway {
        @SubscribeMessage('ping')
        ping(data: unknown) {
          return data;
        }
      }
      return [EventsGateway];
    },
    'EventsGateway.ping handles WebSocket messages, which no global guard covers; put @UseGuards(JwtAuthGuard) or @Public() on it.',
  ),
  route(
    'a WebSocket gateway that only sends',
    () => {
      @WebSocketGateway()
      class EventsGateway {}
      return [EventsGateway];
    },
    'EventsGateway accepts WebSocket connections, which no guard covers; put @UseGuards(JwtAuthGuard) or @Public() on it.',
  ),
  route(
    'CacheInterceptor on a route that is not public',
    () => {
      @Controller()
      @UseInterceptors(new CacheInterceptor({}, new Reflector()))
      class MeController {
        @Get()
        me() {}
      }
      return [MeController];
    },
    "MeController.me has CacheInterceptor and is not public, so one caller's answer is given to others; use a subclass of CacheInterceptor whose trackBy() puts the caller into the key, or make the route @Public().",
  ),
];
