import {
  AUTH_CONTEXTS_METADATA,
  DOWNSTREAM_SCOPES_METADATA,
  PUBLIC_METADATA,
  REQUIREMENTS_METADATA,
} from '../auth.constants.js';

/** What the decorators of this library leave on a method. */
const OURS: ReadonlySet<unknown> = new Set([
  AUTH_CONTEXTS_METADATA,
  DOWNSTREAM_SCOPES_METADATA,
  PUBLIC_METADATA,
  REQUIREMENTS_METADATA,
]);

/**
 * Metadata that says something about a method and does not make it serve requests: Nest's enhancers and response
 * settings, and the decorators of packages whose callers pass no guard. Everything else can be the mark of a transport
 * that this library does not know.
 */
const NOT_SERVING: readonly RegExp[] = [
  /^__(guards|interceptors|pipes|exceptionFilters)__$/,
  /^__(httpCode|headers|redirect|renderTemplate|version|sse)__$/,
  /^design:/,
  /^swagger\//,
  /^(cache_module|class_serializer):/,
  /^THROTTLER:/,
  // @nestjs/schedule, @nestjs/event-emitter, @nestjs/bull and @nestjs/bullmq.
  /^SCHEDULE/,
  /^EVENT_LISTENER/,
  /^bull(mq)?:/,
];

/** The two that `@Get()` and its like leave: only a controller serves those. */
const HTTP_ROUTE = /^(path|method)$/;

/**
 * Whether something can call a method with a request, so that guards run before it: an HTTP route, a message handler, a
 * GraphQL resolver, or a handler of another transport. Where it cannot be known, the answer is yes.
 */
export function servesRequests(method: object, isController: boolean): boolean {
  return Reflect.getMetadataKeys(method).some((key: unknown) => {
    if (typeof key !== 'string') return !OURS.has(key);
    if (HTTP_ROUTE.test(key)) return isController;
    return !NOT_SERVING.some((pattern) => pattern.test(key));
  });
}
