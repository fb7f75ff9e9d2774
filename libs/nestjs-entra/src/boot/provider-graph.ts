import { Scope, type InjectionToken } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';

/** A module as Nest keeps it. */
export type NestModule = ModulesContainer extends Map<string, infer One> ? One : never;

/** A provider as Nest keeps it. */
export type NestProvider = NestModule['providers'] extends Map<unknown, infer One> ? One : never;

/** Metadata that TypeScript and Nest leave on a class: the types of its constructor, and what `@Inject()` says. */
const CONSTRUCTOR_TYPES = 'design:paramtypes';
const INJECTED_PARAMETERS = 'self:paramtypes';
const INJECTED_PROPERTIES = 'self:properties_metadata';

/**
 * The way from a provider to the first request-scoped provider below it, itself included; `undefined` when there is
 * none. Reads what the classes and factories declare, because Nest knows its own graph only after it has instantiated
 * everything, which is too late to explain why a part of it is missing.
 *
 * @param except providers that are not looked below
 */
export function pathToRequestScope(
  start: NestProvider,
  module: NestModule,
  except: readonly NestProvider[] = [],
): NestProvider[] | undefined {
  return walk(start, module, new Set(except));
}

function walk(
  provider: NestProvider,
  module: NestModule,
  seen: Set<NestProvider>,
): NestProvider[] | undefined {
  if (seen.has(provider)) return undefined;
  seen.add(provider);
  if (provider.scope === Scope.REQUEST) return [provider];
  const host = provider.host ?? module;
  const declared = dependenciesOf(provider).map((token) => findProvider(token, host));
  // Guards, interceptors and pipes on a class of providers count as its dependencies for Nest.
  for (const next of [...declared, ...(provider.getEnhancersMetadata() ?? [])]) {
    const path = next && walk(next, host, seen);
    if (path) return [provider, ...path];
  }
  return undefined;
}

/** The provider that a module injects for a token: its own, or an exported one of its imports. */
export function findProvider(token: InjectionToken, module: NestModule): NestProvider | undefined {
  return module.providers.get(token) ?? findImported(token, module, new Set(), false);
}

function findImported(
  token: InjectionToken,
  module: NestModule,
  seen: Set<NestModule>,
  isReexport: boolean,
): NestProvider | undefined {
  for (const related of module.imports) {
    // Nest holds a place for imports that are circular; a module passes on only what it exports.
    if (!related || seen.has(related) || (isReexport && !module.exports.has(related.metatype))) continue;
    seen.add(related);
    const found = related.exports.has(token)
      ? (related.providers.get(token) ?? findImported(token, related, seen, true))
      : findImported(token, related, seen, true);
    if (found) return found;
  }
  return undefined;
}

function dependenciesOf({ metatype, inject }: NestProvider): InjectionToken[] {
  if (inject) return inject.flatMap((dependency) => tokenOf(dependency));
  // A value, or what a test put in the place of a provider.
  if (typeof metatype !== 'function') return [];
  const types = [...listOf(Reflect.getMetadata(CONSTRUCTOR_TYPES, metatype))];
  for (const { index, param } of listOf(Reflect.getMetadata(INJECTED_PARAMETERS, metatype)) as {
    index: number;
    param: unknown;
  }[]) {
    types[index] = param;
  }
  const properties = listOf(Reflect.getMetadata(INJECTED_PROPERTIES, metatype)) as { type: unknown }[];
  return [...types, ...properties.map(({ type }) => type)].flatMap(tokenOf);
}

/** A dependency is a token, or an object that says more about it: `forwardRef()`, or `{ token, optional }`. */
function tokenOf(dependency: unknown): InjectionToken[] {
  if (typeof dependency === 'object' && dependency !== null) {
    const { forwardRef, token } = dependency as { forwardRef?: () => unknown; token?: unknown };
    if (typeof forwardRef === 'function') return tokenOf(forwardRef());
    return token === undefined ? [] : tokenOf(token);
  }
  const isToken = ['function', 'string', 'symbol'].includes(typeof dependency);
  return isToken ? [dependency as InjectionToken] : [];
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
