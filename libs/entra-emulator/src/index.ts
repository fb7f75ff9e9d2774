export { EntraEmulator } from './entra-emulator.js';

export type { BrowserPage, ClientReply } from './browser/browser-page.js';
export type { EmulatedBrowser } from './browser/emulated-browser.js';
export type { UserSignIn, UserTokens } from './browser/sign-in-user.js';
export type { RecordedRequest } from './endpoints/request-log.js';
export type { EndpointName } from './endpoints/route.js';
export type { EntraEmulatorOptions } from './entra-emulator-options.js';
export type { Fault, FaultyEndpoint } from './policies/faults.js';
export type { RequireClaimsPolicy } from './policies/required-claims.js';
export type { EmulatorSeed } from './seed/emulator-seed.js';
export type {
  ApplicationInit,
  AppRoleAssignment,
  ClientSecretInit,
  EmulatedApplication,
  FederatedCredentialInit,
} from './tenants/application.js';
export type { ConsentGrant } from './tenants/consents.js';
export type { ClientPlatform, RedirectUris, RedirectUrisInit } from './tenants/redirect-uris.js';
export type { EmulatedTenant, TenantInit } from './tenants/tenant.js';
export type { EmulatedUser, UserInit } from './tenants/user.js';
export type { SignInOptions } from './tokens/sign-in.js';
