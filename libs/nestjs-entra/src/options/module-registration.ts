import { shown } from './shown.js';
import { nameAdvice, nameText } from './unknown-name-faults.js';
import { booleanFaults, isObject } from './value-faults.js';

/** How the module was imported, as far as the checks at boot need it. */
export interface ModuleRegistration {
  /** Where the options come from; `nowhere` when the registration names no factory for them. */
  readonly source: 'environment' | 'options' | 'nowhere';
  /** Whether the module registers `JwtAuthGuard` for every route. */
  readonly globalGuard: boolean;
  /** What is wrong with the registration itself. */
  readonly faults: readonly string[];
}

/** The registration of a module that is imported as it is. */
export const NOT_REGISTERED: ModuleRegistration = {
  source: 'nowhere',
  globalGuard: false,
  faults: [
    'AuthModule is imported without options; import AuthModule.forRoot() or AuthModule.forRootAsync() in its place.',
  ],
};

/** What stands beside the options in `forRoot()`, and beside the factory in `forRootAsync()`. */
export const EXTRA_NAMES: readonly string[] = [
  'isGlobal',
  'globalGuard',
  'strategy',
  'injectableDownstreamApis',
];

const FACTORY_NAMES = ['useFactory', 'useClass', 'useExisting'];
const ASYNC_NAMES = ['imports', 'inject', ...FACTORY_NAMES, 'provideInjectionTokensFrom', ...EXTRA_NAMES];

/** Whether the guard is global: it is unless the registration itself says `globalGuard: false`. */
export function hasGlobalGuard(registration: unknown): boolean {
  return !(
    isObject(registration) &&
    Object.hasOwn(registration, 'globalGuard') &&
    registration['globalGuard'] === false
  );
}

/** What is wrong with the values of the extras. */
export function extrasFaults(extras: unknown): string[] {
  if (!isObject(extras)) return [];
  const { isGlobal, globalGuard, injectableDownstreamApis: apis } = extras;
  return [
    ...booleanFaults('isGlobal', isGlobal),
    ...booleanFaults('globalGuard', globalGuard),
    ...(apis === undefined || isListOfTexts(apis)
      ? []
      : [`injectableDownstreamApis is ${shown(apis)}; give a list of names, such as ["graph"].`]),
  ];
}

/** Whether the argument of `forRootAsync()` names one factory of options. */
export function hasFactory(registration: unknown): boolean {
  return (
    isObject(registration) &&
    factoriesOf(registration).length === 1 &&
    classFaults(registration['useClass']).length === 0
  );
}

/** What is wrong with the argument of `forRootAsync()`; what its factory gives is looked at later. */
export function asyncFaults(registration: unknown): string[] {
  if (!isObject(registration)) {
    const what = registration === undefined ? 'nothing' : shown(registration);
    return [`AuthModule.forRootAsync() was given ${what}; ${ONE_FACTORY}`];
  }
  const factories = factoriesOf(registration);
  return [
    ...Object.keys(registration)
      .filter((name) => !ASYNC_NAMES.includes(name))
      .map(
        (name) =>
          `${nameText(name)} is no property of AuthModule.forRootAsync(), whose factory gives the options; ${nameAdvice(name, ASYNC_NAMES)}`,
      ),
    ...(factories.length === 1
      ? []
      : [`AuthModule.forRootAsync() was given ${factories.join(' and ') || 'no factory'}; ${ONE_FACTORY}`]),
    ...classFaults(registration['useClass']),
    ...extrasFaults(registration),
  ];
}

function classFaults(useClass: unknown): string[] {
  if (useClass === undefined || useClass === null) return [];
  const prototype: unknown = typeof useClass === 'function' ? useClass.prototype : undefined;
  if (isObject(prototype) && typeof prototype['createEntraAuthOptions'] === 'function') return [];
  const what =
    typeof useClass === 'function' ? `${useClass.name}, which has no such method` : shown(useClass);
  return [
    `useClass is ${what}; give a class with a method createEntraAuthOptions() that returns the options.`,
  ];
}

const ONE_FACTORY = 'give it one of useFactory, useClass and useExisting.';

function factoriesOf(registration: Readonly<Record<string, unknown>>): string[] {
  return FACTORY_NAMES.filter((name) => registration[name] !== undefined && registration[name] !== null);
}

/** Whether a value is a list of texts that are not empty. */
export function isListOfTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string' && item !== '');
}
