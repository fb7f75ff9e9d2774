import { PUBLIC_METADATA } from '../auth.constants.js';

/**
 * What `@Public()` says about a route: `true` opens it, `'optional'` opens it and still identifies a caller who
 * presents a token, `false` keeps it closed.
 */
export type RouteOpening = boolean | 'optional';

/**
 * Whether a route is open. The handler decides before its class, and a class that is not marked itself is closed: a
 * subclass never inherits the opening of its base class, whereas it inherits requirements.
 */
export function routeOpening(controller: object, handler: object): RouteOpening {
  return handlerOpening(handler) ?? ownOpening(controller) ?? false;
}

/**
 * What `@Public()` says on a handler; `undefined` when it is not there. A decorator that replaces the method may pass
 * its metadata on through the prototype of the new function, as Nest reads it.
 */
export function handlerOpening(handler: object): RouteOpening | undefined {
  return Reflect.getMetadata(PUBLIC_METADATA, handler) as RouteOpening | undefined;
}

/** What `@Public()` says on a class itself; `undefined` when it is not there. */
export function ownOpening(target: object): RouteOpening | undefined {
  return Reflect.getOwnMetadata(PUBLIC_METADATA, target) as RouteOpening | undefined;
}
