import { Inject, Injectable, Optional, type OnModuleInit } from '@nestjs/common';
import { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import { AUTHENTICATION_GUARD, MODULE_REGISTRATION } from '../auth.constants.js';
import type { ModuleRegistration } from '../options/module-registration.js';
import { moduleOf } from './auth-modules.js';
import { bootError } from './boot-error.js';

/**
 * Makes sure that the guard which the module registers really is a global guard of the application, in every kind of
 * application. It injects nothing that a request-scoped provider could take away.
 */
@Injectable()
export class GlobalGuardCheck implements OnModuleInit {
  constructor(
    private readonly application: ApplicationConfig,
    private readonly modules: ModulesContainer,
    @Optional() @Inject(MODULE_REGISTRATION) private readonly registration?: ModuleRegistration,
  ) {}

  /** @throws ConfigurationError when requests would pass by the guard */
  onModuleInit(): void {
    if (!this.registration?.globalGuard) return;
    const guard: unknown = moduleOf(this.registration, this.modules)?.providers.get(
      AUTHENTICATION_GUARD,
    )?.instance;
    const guards: readonly unknown[] = this.application.getGlobalGuards();
    if (guard !== undefined && guards.includes(guard)) return;
    throw bootError([
      'JwtAuthGuard is not among the global guards of the application, so every route would be open; import AuthModule in the root module, and leave APP_GUARD as AuthModule provides it.',
    ]);
  }
}
