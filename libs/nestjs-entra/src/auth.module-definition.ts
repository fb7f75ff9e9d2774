import { ConfigurableModuleBuilder, type Type } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { JwtAuthGuard } from './authentication/jwt-auth.guard.js';
import { JwtStrategy } from './authentication/jwt.strategy.js';
import type { EntraAuthOptions } from './options/entra-auth-options.js';

/** What is said beside the options when the module is imported. */
export interface EntraAuthModuleExtras {
  /** Make the module's providers available everywhere. Default `true`. */
  isGlobal?: boolean;
  /** Protect every route. Default `true`; otherwise `@UseGuards(JwtAuthGuard)` where it is wanted. */
  globalGuard?: boolean;
  /** A subclass of {@link JwtStrategy} to use in its place. */
  strategy?: Type<JwtStrategy>;
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
    { isGlobal: true, globalGuard: true, strategy: undefined },
    (definition, { isGlobal, globalGuard, strategy }) => ({
      ...definition,
      global: isGlobal,
      providers: [
        ...(definition.providers ?? []),
        ...(globalGuard === false ? [] : [{ provide: APP_GUARD, useExisting: JwtAuthGuard }]),
        strategy ? { provide: JwtStrategy, useClass: strategy } : JwtStrategy,
      ],
    }),
  )
  .build();
