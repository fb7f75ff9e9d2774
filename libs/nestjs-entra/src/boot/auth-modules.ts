import type { ModulesContainer } from '@nestjs/core';
import { MODULE_REGISTRATION } from '../auth.constants.js';
import type { ModuleRegistration } from '../options/module-registration.js';
import type { NestModule } from './provider-graph.js';

/** The module that a call of `AuthModule.forRoot()` or `forRootAsync()` made. */
export function moduleOf(
  registration: ModuleRegistration,
  modules: ModulesContainer,
): NestModule | undefined {
  return [...modules.values()].find(
    (module) => module.providers.get(MODULE_REGISTRATION)?.instance === registration,
  );
}

/** Two guards in force reject each other's callers: a token is made for one registration. */
export function registrationProblems(modules: ModulesContainer): string[] {
  const guarded = [...modules.values()].filter(
    (module) =>
      (module.providers.get(MODULE_REGISTRATION)?.instance as ModuleRegistration | undefined)?.globalGuard,
  );
  return guarded.length < 2
    ? []
    : [
        `AuthModule is imported ${guarded.length} times with the global guard, and each guard rejects the tokens of the other registrations; import it once, in the root module, or set globalGuard: false on all imports but one.`,
      ];
}
