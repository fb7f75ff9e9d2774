import { RequestMethod } from '@nestjs/common';
import { routeOpening } from '../caller/route-opening.js';
import { hasOwnGuard } from './route-guards.js';
import type { Route } from './routes.js';

/** Metadata of `@UseInterceptors()`, of the decorators of HTTP routes, and of `@CacheKey()`. */
const INTERCEPTORS = '__interceptors__';
const ROUTE_PATH = 'path';
const ROUTE_METHOD = 'method';
const CACHE_KEY = 'cache_module:cache_key';

/** Methods whose answers Nest's interceptor keeps. */
const CACHED_METHODS: readonly unknown[] = [RequestMethod.GET, RequestMethod.ALL];

const REMEDY =
  'use a subclass of CacheInterceptor whose trackBy() puts the caller into the key, or make the route @Public().';

/**
 * Routes with a caller whose answers Nest's `CacheInterceptor` keeps under its own key, which is the URL: it would give
 * one caller's answer to the next. One sentence each.
 */
export function cachedRouteProblems(routes: readonly Route[], globalGuard: boolean): string[] {
  return routes
    .filter(
      (route) =>
        isCached(route) && hasCaller(route, globalGuard) && interceptorsOf(route).some(cachesByUrlAlone),
    )
    .map(
      ({ name }) =>
        `${name} has CacheInterceptor and is not public, so one caller's answer is given to others; ${REMEDY}`,
    );
}

/** The same for interceptors of the whole application: one sentence for all routes. */
export function globalCacheProblems(
  interceptors: readonly unknown[],
  routes: readonly Route[],
  globalGuard: boolean,
): string[] {
  if (!interceptors.some(cachesByUrlAlone)) return [];
  const names = routes
    .filter((route) => isCached(route) && hasCaller(route, globalGuard))
    .map(({ name }) => name);
  if (names.length === 0) return [];
  const others = names.length === 1 ? '' : ` and ${names.length - 1} more`;
  return [
    `CacheInterceptor is a global interceptor and ${names[0]}${others} is not public, so one caller's answer is given to others; ${REMEDY}`,
  ];
}

function hasCaller({ controller, handler }: Route, globalGuard: boolean): boolean {
  return routeOpening(controller, handler) !== true && (globalGuard || hasOwnGuard(controller, handler));
}

/** With `@CacheKey()` the interceptor keeps the answer of every method. */
function isCached({ handler }: Route): boolean {
  if (Reflect.hasMetadata(CACHE_KEY, handler)) return true;
  const isRoute = Reflect.hasMetadata(ROUTE_PATH, handler);
  return isRoute && CACHED_METHODS.includes(Reflect.getMetadata(ROUTE_METHOD, handler));
}

function interceptorsOf({ controller, handler }: Route): unknown[] {
  return [controller, handler].flatMap((target) => {
    const interceptors: unknown = Reflect.getMetadata(INTERCEPTORS, target);
    return Array.isArray(interceptors) ? (interceptors as unknown[]) : [];
  });
}

/** Whether an interceptor, a class or an instance, is Nest's `CacheInterceptor` with its own `trackBy()`. */
export function cachesByUrlAlone(interceptor: unknown): boolean {
  const isInstance = typeof interceptor === 'object' && interceptor !== null;
  let owner: unknown = isInstance
    ? interceptor
    : typeof interceptor === 'function'
      ? interceptor.prototype
      : undefined;
  while (typeof owner === 'object' && owner !== null && !Object.hasOwn(owner, 'trackBy')) {
    owner = Object.getPrototypeOf(owner);
  }
  // Recognized by name and shape, because @nestjs/cache-manager does not have to be installed.
  return (
    typeof owner === 'object' &&
    owner !== null &&
    owner.constructor.name === 'CacheInterceptor' &&
    Object.hasOwn(owner, 'isRequestCacheable')
  );
}
