import type { ModulesContainer } from '@nestjs/core';
import { bootError } from './boot-error.js';
import type { ModuleRegistration } from '../options/module-registration.js';
import { moduleOf, registrationProblems } from './auth-modules.js';
import { areOptionsStatic, ownGuardProblems, requestScopeProblems } from './request-scope-problems.js';

/**
 * What is wrong with the modules and providers of the application as Nest scanned them.
 *
 * @throws ConfigurationError when the options cannot be read at startup, so that nothing else can be checked
 */
export function graphProblems(
  modules: ModulesContainer,
  registration: ModuleRegistration,
  optionsToken: symbol | string,
): string[] {
  const module = moduleOf(registration, modules);
  if (!module) return [];
  const parts = { module, optionsToken };
  const problems = [
    ...registrationProblems(modules),
    ...requestScopeProblems(parts),
    ...ownGuardProblems(modules, module),
  ];
  if (!areOptionsStatic(parts)) throw bootError([...registration.faults, ...problems]);
  return problems;
}
