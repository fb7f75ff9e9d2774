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
  return ownOpening(handler) ?? ownOpening(controller) ?? false;
}

/** What `@Public()` says on a class or method itself; `undefined` when it is not there. */
export function ownOpening(target: object): RouteOpening | undefined {
  return Reflect.getOwnMetadata(PUBLIC_METADATA, target) as RouteOpening | undefined;
}
