import type { ModulesContainer } from '@nestjs/core';
import { RESOLVED_OPTIONS } from '../auth.constants.js';
import { JwtAuthGuard } from '../authentication/jwt-auth.guard.js';
import { JwtStrategy } from '../authentication/jwt.strategy.js';
import { globalGuardProviders } from './global-guards.js';
import { pathToRequestScope, type NestModule, type NestProvider } from './provider-graph.js';

/** What a module needs to be able to say which of its parts a request-scoped provider makes request-scoped. */
export interface AuthModuleParts {
  /** The module that `AuthModule.forRoot()` or `forRootAsync()` made. */
  readonly module: NestModule;
  /** Injection token of the options as they were given. */
  readonly optionsToken: symbol | string;
}

/**
 * Why Nest could not construct the guard when the application starts. A provider that depends on a request-scoped one
 * is request-scoped as well, and a global guard of that kind is left out of the application, in most versions without an
 * error.
 */
export function requestScopeProblems({ module, optionsToken }: AuthModuleParts): string[] {
  const problems: string[] = [];
  // A guard that depends on the options or the strategy is not a further problem.
  const known: NestProvider[] = [];
  for (const [token, describe] of [
    [optionsToken, describeOptions],
    [JwtStrategy, describeStrategy],
    [JwtAuthGuard, describeGuard],
  ] as const) {
    const provider = module.providers.get(token);
    if (!provider) continue;
    const path = pathToRequestScope(provider, module, known);
    if (path) problems.push(describe(path));
    known.push(provider);
  }
  return problems;
}

/** Whether the options can be read when the application starts. */
export function areOptionsStatic({ module }: AuthModuleParts): boolean {
  const options = module.providers.get(RESOLVED_OPTIONS);
  return options === undefined || pathToRequestScope(options, module) === undefined;
}

/** The same for guards that an application registers globally: `JwtAuthGuard` and its subclasses. */
export function ownGuardProblems(modules: ModulesContainer, authModule: NestModule): string[] {
  return [...modules.values()]
    .filter((module) => module !== authModule)
    .flatMap((module) =>
      globalGuardProviders(module).flatMap(({ registered, guard }) => {
        const path = pathToRequestScope(registered, module);
        return path ? [describeOwnGuard(guard)(path)] : [];
      }),
    );
}

type Describe = (path: readonly NestProvider[]) => string;

const CONSEQUENCE =
  'Nest cannot construct JwtAuthGuard at startup, and a global guard that is not constructed leaves every route open';

const describeStrategy: Describe = (path) => {
  const strategy = path[0]?.metatype?.name ?? 'JwtStrategy';
  return path.length === 1
    ? `The strategy ${strategy} is request-scoped, so ${CONSEQUENCE}; remove the scope from its @Injectable(), validate() gets the request as its first argument.`
    : `The strategy ${strategy} depends on the request-scoped provider ${nameOf(path.at(-1))} (${chain(path)}), so ${CONSEQUENCE}; make all of them singletons, validate() gets the request as its first argument.`;
};

const describeOptions: Describe = (path) =>
  `The options of AuthModule.forRootAsync() depend on the request-scoped provider ${nameOf(path.at(-1))} (${chain(path)}), so ${CONSEQUENCE}; use a factory that needs singletons only, options are read once.`;

const describeGuard: Describe = (path) =>
  `JwtAuthGuard depends on the request-scoped provider ${nameOf(path.at(-1))} (${chain(path)}), so ${CONSEQUENCE}; make all of them singletons.`;

const describeOwnGuard =
  (guard: string): Describe =>
  (path) =>
    `The global guard ${guard} depends on the request-scoped provider ${nameOf(path.at(-1))} (${chain(path)}), so Nest cannot construct it at startup and leaves every route open; make all of them singletons, or declare the guard's own scope as Scope.REQUEST.`;

function chain(path: readonly NestProvider[]): string {
  return path.map(nameOf).join(' → ');
}

function nameOf(provider: NestProvider | undefined): string {
  if (provider === undefined) return 'unknown';
  const { token, metatype, inject } = provider;
  // A factory has the name of its token; a class that stands in for another has its own.
  if (!inject && typeof metatype === 'function') return metatype.name;
  if (typeof token === 'function') return token.name;
  const text = typeof token === 'symbol' ? (token.description ?? 'a symbol') : String(token);
  return text.startsWith('APP_GUARD (') ? 'APP_GUARD' : text;
}
