import { ConfigurableModuleBuilder, type DynamicModule, type Type } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { JwtAuthGuard } from './authentication/jwt-auth.guard.js';
import { JwtStrategy } from './authentication/jwt.strategy.js';
import { downstreamApiProviders } from './downstream/downstream-api.providers.js';
import type { EntraAuthOptions } from './options/entra-auth-options.js';

/** What is said beside the options when the module is imported. */
export interface EntraAuthModuleExtras {
  /** Make the module's providers available everywhere. Default `true`. */
  isGlobal?: boolean;
  /** Protect every route. Default `true`; otherwise `@UseGuards(JwtAuthGuard)` where it is wanted. */
  globalGuard?: boolean;
  /** A subclass of {@link JwtStrategy} to use in its place. */
  strategy?: Type<JwtStrategy>;
  /**
   * Names of the downstream APIs that `@InjectDownstreamApi()` injects. Default: with `forRoot()` all of
   * `downstreamApis`; with `forRootAsync()`, which does not know them yet, none.
   */
  injectableDownstreamApis?: readonly string[];
}

/** `useClass` and `useExisting` of `forRootAsync()` name a class that makes the options. */
export interface EntraAuthOptionsFactory {
  createEntraAuthOptions(): EntraAuthOptions | Promise<EntraAuthOptions>;
}

export const {
  ConfigurableModuleClass,
  MODULE_OPTIONS_TOKEN: ENTRA_AUTH_OPTIONS,
  OPTIONS_TYPE,
  ASYNC_OPTIONS_TYPE,
} = new ConfigurableModuleBuilder<EntraAuthOptions>({ moduleName: 'EntraAuth' })
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createEntraAuthOptions')
  .setExtras<EntraAuthModuleExtras>(
    { isGlobal: true, globalGuard: true, strategy: undefined, injectableDownstreamApis: undefined },
    (definition, { isGlobal, globalGuard, strategy, injectableDownstreamApis }) => {
      const apis = downstreamApiProviders(injectableDownstreamApis ?? namesOfApis(definition));
      return {
        ...definition,
        global: isGlobal,
        providers: [
          ...(definition.providers ?? []),
          ...(globalGuard === false ? [] : [{ provide: APP_GUARD, useExisting: JwtAuthGuard }]),
          strategy ? { provide: JwtStrategy, useClass: strategy } : JwtStrategy,
          ...apis,
        ],
        exports: [...(definition.exports ?? []), ...apis.map(({ provide }) => provide)],
      };
    },
  )
  .build();

/** The APIs of options that are known already. What is wrong with them is told when they are checked. */
function namesOfApis({ providers = [] }: DynamicModule): readonly string[] {
  for (const provider of providers) {
    if ('useValue' in provider && provider.provide === ENTRA_AUTH_OPTIONS) {
      const options = provider.useValue as Partial<EntraAuthOptions> | undefined;
      return Object.keys(options?.downstreamApis ?? {});
    }
  }
  return [];
}
