import { APP_GUARD } from '@nestjs/core';
import { findProvider, type NestModule, type NestProvider } from './provider-graph.js';
import { isGuardOfOurs } from './route-guards.js';

/** A global guard of this library's kind that a module registers. */
export interface GlobalGuardProvider {
  /** The provider under the token `APP_GUARD`. */
  readonly registered: NestProvider;
  /** The name of the guard's class. */
  readonly guard: string;
}

/**
 * The guards that a module provides as `APP_GUARD` and that are `JwtAuthGuard`, `ScopesGuard` or subclasses. Those that
 * declare a scope are not here: Nest keeps them elsewhere and constructs them for each request.
 */
export function globalGuardProviders(module: NestModule): GlobalGuardProvider[] {
  return [...module.providers.values()].flatMap((registered) => {
    // Nest makes a token of its own for each: "APP_GUARD (UUID: …)".
    if (typeof registered.token !== 'string' || !registered.token.startsWith(`${APP_GUARD} (`)) return [];
    const guard = classOf(registered, module);
    return typeof guard === 'function' && isGuardOfOurs(guard) ? [{ registered, guard: guard.name }] : [];
  });
}

/** The class behind a provider, through `useExisting`. */
function classOf(provider: NestProvider, module: NestModule): unknown {
  if (!provider.inject) return provider.metatype;
  const [token] = provider.isAlias ? provider.inject : [];
  const target = typeof token === 'function' ? findProvider(token, module) : undefined;
  return target?.inject ? token : (target?.metatype ?? token);
}
