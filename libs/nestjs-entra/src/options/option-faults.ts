import { isDevelopment } from '../errors/node-environment.js';
import { attemptTimeFaults } from '../network/attempt-time.js';
import { b2cFaults } from './b2c-faults.js';
import { credentialFaults, credentialKindOf } from './credential-faults.js';
import { downstreamApiFaults } from './downstream-api-faults.js';
import type { EntraAuthOptions } from './entra-auth-options.js';
import { isGuid } from './guid.js';
import { hostnameOf, isB2cHost, isExternalIdHost } from './login-host.js';
import { EXTRA_NAMES } from './module-registration.js';
import { shown } from './shown.js';
import { tokenCacheFaults } from './token-cache-faults.js';
import { nameAdvice, nameText, unknownNameFaults } from './unknown-name-faults.js';
import { booleanFaults, fetchFaults, isObject, numberFaults, scopesFaults } from './value-faults.js';

const OPTION_NAMES: readonly (keyof EntraAuthOptions)[] = [
  'instance',
  'tenantId',
  'signUpSignInPolicyId',
  'clientId',
  'audience',
  'allowedTenants',
  'allowedClientApplications',
  'allowWebApiToBeAuthorizedByACL',
  'clockSkewSeconds',
  'clientCredentials',
  'sendX5C',
  'scopes',
  'onTokenValidated',
  'downstreamApis',
  'clientCapabilities',
  'tokenCache',
  'network',
  'showErrorDetails',
  'unguardedEntryPoints',
  'cacheControl',
];

/** Everything that is wrong with the options: one sentence a fault, empty when all is well. */
export function optionFaults(options: EntraAuthOptions | undefined | null): string[] {
  if (!isObject(options)) {
    return [
      'No options were given; pass at least { tenantId, clientId } to AuthModule.forRoot(), or call it without an argument to read the environment.',
    ];
  }
  return [
    ...unknownOptionFaults(options),
    ...instanceFaults(options.instance),
    ...tenantFaults(options),
    ...b2cFaults(options),
    ...clientFaults(options),
    ...audienceFaults(options.audience),
    ...scopesFaults('scopes', options.scopes, ", or '.default'"),
    ...numberFaults('clockSkewSeconds', options.clockSkewSeconds, 0, 300),
    ...booleanFaults('allowWebApiToBeAuthorizedByACL', options.allowWebApiToBeAuthorizedByACL),
    ...credentialFaults(options.clientCredentials),
    ...booleanFaults('sendX5C', options.sendX5C),
    ...hookFaults(options.onTokenValidated),
    ...capabilityFaults(options.clientCapabilities),
    ...tokenCacheFaults(options.tokenCache),
    ...networkFaults(options.network),
    ...showErrorDetailsFaults(options.showErrorDetails),
    ...entryPointFaults(options.unguardedEntryPoints),
    ...cacheControlFaults(options.cacheControl),
    ...exchangeFaults(options),
    ...downstreamApiFaults(options),
  ];
}

/** What is said beside the options is removed from those of `forRoot()`, so here it comes from a factory. */
function unknownOptionFaults(options: EntraAuthOptions): string[] {
  return Object.keys(options)
    .filter((name) => !(OPTION_NAMES as readonly string[]).includes(name))
    .map((name) => {
      if (EXTRA_NAMES.includes(name)) {
        return `${name} is given by the factory of the options; give it to AuthModule.forRootAsync() beside the factory.`;
      }
      const kind = credentialKindOf(name);
      return kind === undefined
        ? `${nameText(name)} is no option of nestjs-entra; ${nameAdvice(name, [...OPTION_NAMES, ...EXTRA_NAMES])}`
        : `${name} must be part of a credential; use clientCredentials: [{ sourceType: '${kind}', ${name}: … }].`;
    });
}

function instanceFaults(instance: unknown): string[] {
  if (instance === undefined) return [];
  const url = typeof instance === 'string' && URL.canParse(instance) ? new URL(instance) : undefined;
  const isHost = url?.pathname === '/' && !url.search && !url.hash && !url.username && !url.password;
  if (url?.protocol === 'https:' && isHost) return [];
  return [
    `instance is ${shown(instance)}; give the login host as an absolute https URL without a path, such as "https://login.microsoftonline.com".`,
  ];
}

function tenantFaults({ instance, tenantId, allowedTenants }: EntraAuthOptions): string[] {
  const lower = typeof tenantId === 'string' ? tenantId.toLowerCase() : undefined;
  const isDomain =
    lower !== undefined && /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/.test(lower);
  const isMany = lower === 'common' || lower === 'organizations';
  const faults: string[] = [];
  if (!isGuid(lower) && !isDomain && !isMany) {
    faults.push(
      `tenantId is ${shown(tenantId)}; give the tenant as a GUID or verified domain, or "organizations" or "common" for many tenants.`,
    );
  }
  if (isMany && isHostOfOneTenant(hostnameOf(instance))) {
    faults.push(
      `tenantId is "${lower}" and instance is ${shown(instance)}, the login host of one tenant; give that tenant as a GUID, or as its domain such as "contoso.onmicrosoft.com".`,
    );
  } else if (allowedTenants === undefined && isMany) {
    faults.push(
      `tenantId is "${lower}" and allowedTenants is missing; list the tenants that may call as GUIDs, or say 'any' to let every tenant in.`,
    );
  }
  const isList =
    Array.isArray(allowedTenants) && allowedTenants.length > 0 && allowedTenants.every(isGuidInAnyCase);
  if (allowedTenants !== undefined && allowedTenants !== 'any' && !isList) {
    faults.push(
      `allowedTenants is ${shown(allowedTenants)}; give a list of at least one tenant GUID, or 'any'.`,
    );
  }
  return faults;
}

function clientFaults({ clientId, allowedClientApplications }: EntraAuthOptions): string[] {
  const faults: string[] = [];
  if (!isGuidInAnyCase(clientId)) {
    faults.push(`clientId is ${shown(clientId)}; give the application (client) id of the API, a GUID.`);
  }
  const list: unknown = allowedClientApplications;
  if (
    list !== undefined &&
    list !== null &&
    !(Array.isArray(list) && list.length > 0 && list.every(isGuidInAnyCase))
  ) {
    faults.push(
      `allowedClientApplications is ${shown(list)}; give a list of at least one client id as GUID, or null to accept every client.`,
    );
  }
  return faults;
}

function audienceFaults(audience: unknown): string[] {
  if (audience === undefined) return [];
  const list: unknown[] = Array.isArray(audience) ? audience : [audience];
  const isFine =
    list.length > 0 && list.every((item) => typeof item === 'string' && /^[\x21-\x7e]+$/.test(item));
  return isFine
    ? []
    : [
        `audience is ${shown(audience)}; give the App ID URI or client id that tokens for this API carry, one or several.`,
      ];
}

/** Scopes to exchange for need a credential; that Azure AD B2C exchanges nothing is a fault of its own. */
function exchangeFaults({ scopes, clientCredentials, instance }: EntraAuthOptions): string[] {
  if (scopes === undefined || scopesFaults('scopes', scopes).length > 0 || scopes.length === 0) return [];
  if (isB2cHost(hostnameOf(instance)) || (Array.isArray(clientCredentials) && clientCredentials.length > 0))
    return [];
  return [
    `scopes is ${shown(scopes)} and clientCredentials is empty; give the API a credential to exchange tokens with.`,
  ];
}

function hookFaults(hook: unknown): string[] {
  return hook === undefined || typeof hook === 'function'
    ? []
    : [`onTokenValidated is ${shown(hook)}; give a function, or leave it out.`];
}

function capabilityFaults(capabilities: unknown): string[] {
  if (capabilities === undefined) return [];
  const isFine =
    Array.isArray(capabilities) && capabilities.every((item) => typeof item === 'string' && item !== '');
  return isFine
    ? []
    : [`clientCapabilities is ${shown(capabilities)}; give a list of strings, such as ["cp1"].`];
}

function networkFaults(network: unknown): string[] {
  if (network === undefined) return [];
  if (!isObject(network)) return [`network is ${shown(network)}; give an object, or leave it out.`];
  const numbers = [
    ...numberFaults('network.timeoutMs', network['timeoutMs'], 1_000, 120_000),
    ...numberFaults('network.retries', network['retries'], 0, 5),
  ];
  return [
    ...unknownNameFaults('option', network, ['timeoutMs', 'retries', 'fetch'], 'network.'),
    ...(numbers.length > 0 ? numbers : attemptTimeFaults(network)),
    ...fetchFaults('network.fetch', network['fetch']),
  ];
}

function showErrorDetailsFaults(show: unknown): string[] {
  if (show === true && !isDevelopment(process.env)) {
    return [
      `showErrorDetails is true while NODE_ENV is ${shown(process.env['NODE_ENV'])}; it tells callers what only the log should hold: remove it there.`,
    ];
  }
  return booleanFaults('showErrorDetails', show);
}

function entryPointFaults(mode: unknown): string[] {
  return mode === undefined || mode === 'error' || mode === 'warn'
    ? []
    : [`unguardedEntryPoints must be 'error' or 'warn'; got ${shown(mode)}.`];
}

/** Directives of RFC 9111 section 5.2: a field value of RFC 9110, and nothing that ends the header. */
function cacheControlFaults(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (typeof value === 'string' && /^[!-~]([ !-~]*[!-~])?$/.test(value)) return [];
  return [
    `cacheControl must be a value of the Cache-Control header, or null to set none; got ${shown(value)}. Use a value such as "private, no-cache".`,
  ];
}

function isHostOfOneTenant(hostname: string): boolean {
  return isB2cHost(hostname) || isExternalIdHost(hostname);
}

function isGuidInAnyCase(value: unknown): boolean {
  return typeof value === 'string' && isGuid(value.toLowerCase());
}
