import { Logger } from '@nestjs/common';
import { requirementFaults } from '../authorization/requirement-faults.js';
import { downstreamRouteFaults, type DownstreamMeans } from '../downstream/downstream-route-faults.js';
import { ConfigurationError } from '../errors/configuration.error.js';
import { Authority } from '../options/authority.js';
import { credentialFaults } from '../options/credential-faults.js';
import type { EntraAuthOptions } from '../options/entra-auth-options.js';
import { fromEnvironment } from '../options/environment-options.js';
import { hostnameOf, isB2cHost } from '../options/login-host.js';
import type { ModuleRegistration } from '../options/module-registration.js';
import { optionFaults } from '../options/option-faults.js';
import { ownOptions } from '../options/own-options.js';
import type { ResolvedOptions } from '../options/resolved-options.js';
import { resolveOptions } from '../options/resolve-options.js';
import { isObject } from '../options/value-faults.js';
import type { ApplicationClass } from './application-classes.js';
import { decorationProblems } from './decoration-problems.js';
import { openedGuardProblems } from './opened-guard-problems.js';
import { bootError } from './boot-error.js';
import { cachedRouteProblems } from './cached-routes.js';
import { unguardedEntryPoints } from './entry-points.js';
import type { Route } from './routes.js';
import { relativePathFaults } from './relative-path-faults.js';
import { scopeFaults, textsOf } from './scope-faults.js';
import { tlsVerificationProblems } from './tls-verification.js';

const logger = new Logger('EntraAuth');

/** What is looked at when the application starts. */
export interface BootContext {
  readonly registration: ModuleRegistration;
  /** What is wrong with the modules and providers around the options. */
  readonly graphProblems: readonly string[];
  readonly routes: readonly Route[];
  readonly classes: readonly ApplicationClass[];
  /** Loads the credentials. @throws ConfigurationError when none of them loads */
  readonly loadCredentials: (options: EntraAuthOptions) => Promise<unknown>;
}

/**
 * The options, once everything that can be known at boot is: the registration, the options themselves, the routes, and
 * whether the credentials load.
 *
 * @throws ConfigurationError with every fault at once
 */
export async function checkedOptions(given: unknown, context: BootContext): Promise<ResolvedOptions> {
  const { registration, graphProblems, routes } = context;
  const faults = [...registration.faults, ...graphProblems, ...tlsVerificationProblems(process.env)];
  const options = await collect(faults, () => optionsFrom(given, registration));
  if (options) {
    const graphResource = graphResourceOf(options);
    const means = { graphResource, obstacle: obstacleOf(options, registration), apis: apisOf(options) };
    faults.push(...optionFaults(options), ...relativePathFaults(options));
    faults.push(...scopeFaults(options, graphResource));
    faults.push(...routes.flatMap((route) => routeFaults(route, means)));
    faults.push(...decorationProblems(context.classes), ...openedGuardProblems(routes));
    faults.push(...entryPointProblems(options, context));
    if (faults.length === 0) return resolveOptions(options);
    // Only to say all at once: when all else is well, they are loaded where they are used.
    if (hasCredentials(options) && credentialFaults(options.clientCredentials).length === 0) {
      await collect(faults, () => context.loadCredentials(options));
    }
  }
  throw bootError(faults);
}

function optionsFrom(given: unknown, { source }: ModuleRegistration): EntraAuthOptions | undefined {
  if (source === 'nowhere') return undefined;
  if (source === 'environment') return fromEnvironment();
  if (typeof given !== 'object' || given === null) throw new ConfigurationError(optionFaults(undefined));
  return ownOptions(given as EntraAuthOptions);
}

function routeFaults(route: Route, means: DownstreamMeans): string[] {
  return [
    ...requirementFaults(route.controller, route.handler, route.name),
    ...downstreamRouteFaults(route, means),
  ];
}

/** What the global guard does not cover, and answers that a cache would give to others. */
function entryPointProblems(options: EntraAuthOptions, context: BootContext): string[] {
  const { routes, classes, registration } = context;
  const cached = cachedRouteProblems(routes, registration.globalGuard);
  // Without a global guard nobody was promised that anything is covered.
  const unguarded = registration.globalGuard
    ? unguardedEntryPoints(
        routes,
        classes.map(({ type }) => type),
      )
    : [];
  if (!Object.hasOwn(options, 'unguardedEntryPoints') || options.unguardedEntryPoints !== 'warn') {
    return [...unguarded, ...cached];
  }
  for (const problem of unguarded) logger.warn(problem);
  return cached;
}

/** Why no token can be exchanged at all. */
function obstacleOf(options: EntraAuthOptions, { source }: ModuleRegistration): string | undefined {
  if (isB2cHost(hostnameOf(options.instance))) {
    return 'Azure AD B2C has no on-behalf-of flow; remove the decorator, or use Microsoft Entra ID.';
  }
  if (hasCredentials(options)) return undefined;
  return source === 'environment'
    ? 'no credential is set in the environment; set AZURE_CLIENT_SECRET, AZURE_CLIENT_CERTIFICATE_PATH or AZURE_FEDERATED_TOKEN_FILE.'
    : 'clientCredentials is empty; give the API a credential to exchange tokens with.';
}

/** What is wrong with an API is a fault of its own. */
function apisOf({ downstreamApis }: EntraAuthOptions): DownstreamMeans['apis'] {
  const apis = isObject(downstreamApis) ? Object.entries(downstreamApis) : [];
  return new Map(
    apis.map(([name, api]) => [
      name,
      isObject(api)
        ? { scopes: textsOf(api['scopes']), requestAppToken: api['requestAppToken'] === true }
        : { scopes: [], requestAppToken: false },
    ]),
  );
}

/** Something that is no list of credentials is another fault. */
function hasCredentials({ clientCredentials }: EntraAuthOptions): boolean {
  const credentials: unknown = clientCredentials;
  return Array.isArray(credentials) ? credentials.length > 0 : credentials !== undefined;
}

/** Of the public cloud when the instance is wrong, which is a fault of its own. */
function graphResourceOf({ instance }: EntraAuthOptions): string {
  const isUrl = typeof instance === 'string' && URL.canParse(instance);
  return new Authority(isUrl ? instance : 'https://login.microsoftonline.com', 'common').graphResource;
}

async function collect<T>(faults: string[], attempt: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    faults.push(...error.faults);
    return undefined;
  }
}
