import { ConfigurationError } from '../errors/configuration.error.js';
import { fromAzureAdSection } from './azure-ad/azure-ad-section.js';
import type { EntraAuthOptions } from './entra-auth-options.js';
import { fromEnvironment, type Environment } from './environment-options.js';
import { optionFaults } from './option-faults.js';

/** A schema in the form of the Standard Schema specification, version 1 (standardschema.dev). */
export interface EnvironmentSchema {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: 'nestjs-entra';
    readonly validate: (
      environment: unknown,
    ) => { readonly value: Environment } | { readonly issues: readonly { readonly message: string }[] };
    readonly types?: { readonly input: Environment; readonly output: Environment };
  };
}

/**
 * Checks the variables that {@link fromEnvironment} reads, or when there are names such as `AzureAd__ClientId` those that
 * `fromAzureAdSection()` reads: for `validationSchema` of `@nestjs/config` 12, and for whatever else takes a Standard
 * Schema. Variables pass through as they are.
 */
export const entraEnvironmentSchema: EnvironmentSchema = Object.freeze({
  '~standard': Object.freeze({
    version: 1,
    vendor: 'nestjs-entra',
    validate: (environment: unknown) => {
      const faults = environmentFaults(environment);
      return faults.length === 0
        ? { value: environment as Environment }
        : { issues: faults.map((message) => ({ message })) };
    },
  }),
});

function environmentFaults(environment: unknown): readonly string[] {
  if (typeof environment !== 'object' || environment === null) {
    return ['The environment is no object; give process.env, or what a file of variables holds.'];
  }
  try {
    return optionFaults(withTenants(optionsOf(environment)));
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.faults;
  }
}

function optionsOf(environment: object): EntraAuthOptions {
  const isSection = Object.keys(environment).some((name) => /^AzureAd(B2C)?(__|:)/i.test(name));
  return isSection ? fromAzureAdSection(environment) : fromEnvironment(environment as Environment);
}

/** No variable says which tenants may call; that they are said at all is seen to at boot. */
function withTenants(options: EntraAuthOptions): EntraAuthOptions {
  return { allowedTenants: 'any', ...options };
}
