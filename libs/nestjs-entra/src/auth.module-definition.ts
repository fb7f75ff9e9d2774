import { ConfigurableModuleBuilder, type DynamicModule, type Provider, type Type } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AUTHENTICATION_GUARD, MODULE_REGISTRATION } from './auth.constants.js';
import { JwtStrategy } from './authentication/jwt.strategy.js';
import { downstreamApiProviders } from './downstream/downstream-api.providers.js';
import type { EntraAuthOptions } from './options/entra-auth-options.js';
import {
  asyncFaults,
  extrasFaults,
  hasFactory,
  hasGlobalGuard,
  isListOfTexts,
  type ModuleRegistration,
} from './options/module-registration.js';
import { shown } from './options/shown.js';
import { unprintedOptions } from './options/unprinted-options.js';
import { isObject } from './options/value-faults.js';
import { ownProperties } from './own-properties.js';

/** What is said beside the options when the module is imported. */
export interface EntraAuthModuleExtras {
  /** Make the module's providers available everywhere. Default `true`. */
  isGlobal?: boolean;
  /** Protect every route; otherwise put `@UseGuards(JwtAuthGuard)` or `@RequiredScopes()` where it is wanted. Default `true`. */
  globalGuard?: boolean;
  /** A subclass of {@link JwtStrategy} to use in its place. Default none. */
  strategy?: Type<JwtStrategy>;
  /**
   * Names of the downstream APIs that `@InjectDownstreamApi()` injects. Default: with `forRoot(options)` all of
   * `downstreamApis`, otherwise none, for they are not known yet.
   */
  injectableDownstreamApis?: readonly string[];
}

/** `useClass` and `useExisting` of `forRootAsync()` name a class that makes the options. */
export interface EntraAuthOptionsFactory {
  createEntraAuthOptions(): EntraAuthOptions | Promise<EntraAuthOptions>;
}

const {
  ConfigurableModuleClass: GeneratedModuleClass,
  MODULE_OPTIONS_TOKEN: ENTRA_AUTH_OPTIONS,
  OPTIONS_TYPE,
  ASYNC_OPTIONS_TYPE,
} = new ConfigurableModuleBuilder<EntraAuthOptions>({ moduleName: 'EntraAuth' })
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createEntraAuthOptions')
  .setExtras<EntraAuthModuleExtras>(
    { isGlobal: true, globalGuard: true, strategy: undefined, injectableDownstreamApis: undefined },
    (definition, { isGlobal, globalGuard, strategy, injectableDownstreamApis }) => {
      const apis = downstreamApiProviders(
        isListOfTexts(injectableDownstreamApis) ? injectableDownstreamApis : namesOfApis(definition),
      );
      return {
        ...definition,
        global: isGlobal ?? true,
        providers: [
          ...(definition.providers ?? []),
          ...(globalGuard === false ? [] : [{ provide: APP_GUARD, useExisting: AUTHENTICATION_GUARD }]),
          ...(isStrategy(strategy) ? [{ provide: JwtStrategy, useClass: strategy }] : []),
          ...apis,
        ],
        exports: [...(definition.exports ?? []), ...apis.map(({ provide }) => provide)],
      };
    },
  )
  .build();

export { ASYNC_OPTIONS_TYPE, ENTRA_AUTH_OPTIONS, OPTIONS_TYPE };

/** What the builder generates, and before it a look at what was given: a mistake is a sentence, whatever its shape. */
export class ConfigurableModuleClass extends GeneratedModuleClass {
  /**
   * Imports the module with options, or without an argument with those of `fromEnvironment()`, read when the
   * application starts.
   */
  static override forRoot(): DynamicModule;
  static override forRoot(options: typeof OPTIONS_TYPE): DynamicModule;
  static override forRoot(...given: [options?: typeof OPTIONS_TYPE]): DynamicModule {
    const options: unknown = isObject(given[0]) ? ownProperties(given[0]) : given[0];
    // Who passes options that turn out to be undefined does not mean the environment.
    const source = given.length === 0 ? 'environment' : 'options';
    const definition = isObject(options)
      ? super.forRoot(options as unknown as typeof OPTIONS_TYPE)
      : super.forRootAsync({ useFactory: () => options as EntraAuthOptions });
    return registered(definition, {
      source,
      globalGuard: hasGlobalGuard(options),
      faults: [...extrasFaults(options), ...strategyFaults(options)],
    });
  }

  /** Imports the module with options that come from a factory, or from a class that makes them. */
  static override forRootAsync(given: typeof ASYNC_OPTIONS_TYPE): DynamicModule {
    const registration = isObject(given) ? ownProperties(given) : given;
    const faults = [...asyncFaults(registration), ...strategyFaults(registration)];
    const definition = hasFactory(registration)
      ? super.forRootAsync(registration)
      : // What cannot be imported at all still says why, together with all the rest.
        super.forRootAsync({ useFactory: () => undefined as unknown as EntraAuthOptions });
    return registered(definition, {
      source: hasFactory(registration) ? 'options' : 'nowhere',
      globalGuard: hasGlobalGuard(registration),
      faults,
    });
  }
}

function registered(definition: DynamicModule, registration: ModuleRegistration): DynamicModule {
  return {
    ...definition,
    providers: [
      ...(definition.providers ?? []).map(withUnprintedOptions),
      { provide: MODULE_REGISTRATION, useValue: registration },
    ],
  };
}

function withUnprintedOptions(provider: Provider): Provider {
  if (!('provide' in provider) || provider.provide !== ENTRA_AUTH_OPTIONS) return provider;
  if ('useValue' in provider) return { ...provider, useValue: unprintedOptions<unknown>(provider.useValue) };
  if (!('useFactory' in provider)) return provider;
  const make = provider.useFactory as (...dependencies: unknown[]) => unknown;
  return {
    ...provider,
    useFactory: async (...dependencies: unknown[]) => unprintedOptions(await make(...dependencies)),
  };
}

/** Another class would be without what the guard calls. */
function strategyFaults(extras: unknown): string[] {
  const strategy = isObject(extras) ? extras['strategy'] : undefined;
  if (strategy === undefined || isStrategy(strategy)) return [];
  const kind = typeof strategy === 'function' && strategy.prototype ? 'class' : 'function';
  const what = typeof strategy === 'function' ? `the ${kind} ${strategy.name}` : shown(strategy);
  return [`strategy is ${what}; give a class that extends JwtStrategy, or leave it out.`];
}

function isStrategy(strategy: unknown): strategy is Type<JwtStrategy> {
  if (typeof strategy !== 'function') return false;
  return strategy === JwtStrategy || (strategy.prototype as unknown) instanceof JwtStrategy;
}

/** The APIs of options that are known already. What is wrong with them is told when they are checked. */
function namesOfApis({ providers = [] }: DynamicModule): readonly string[] {
  for (const provider of providers) {
    if ('useValue' in provider && provider.provide === ENTRA_AUTH_OPTIONS) {
      const options = provider.useValue as Partial<EntraAuthOptions> | undefined;
      // Each character of a text would be a name.
      return isObject(options?.downstreamApis) ? Object.keys(options.downstreamApis) : [];
    }
  }
  return [];
}
