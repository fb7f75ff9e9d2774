import { JwtAuthGuard } from '../authentication/jwt-auth.guard.js';
import { handlerOpening, ownOpening } from '../caller/route-opening.js';
import type { Route } from './routes.js';

/** Where `@UseGuards()` of Nest leaves its guards. */
const GUARDS_METADATA = '__guards__';

/**
 * Routes on which `@UseGuards(JwtAuthGuard)` asks for a token and `@Public()`, at the same place or further out, makes
 * the guard let everybody in. An opening that is nearer to the handler than the guard is meant so.
 */
export function openedGuardProblems(routes: readonly Route[]): string[] {
  const closedAgain = new Set(
    routes.filter(({ handler }) => handlerOpening(handler) === false).map(({ controller }) => controller),
  );
  return routes.flatMap(({ name, controller, handler }) => {
    const [ofHandler, ofClass] = [handlerOpening(handler), ownOpening(controller)];
    if (hasGuard(handler) && (ofHandler ?? ofClass) === true) {
      const where = ofHandler === true ? '' : ' on its class';
      return [
        `${name} has @UseGuards(JwtAuthGuard) and @Public()${where}, so the guard lets every request in; remove one of the two, or add @Public(false) to the handler.`,
      ];
    }
    if (hasGuard(handler) && ofHandler === undefined && ofClass === 'optional') {
      return [
        `${name} has @UseGuards(JwtAuthGuard) and @Public({ optional: true }) on its class, so the guard lets requests without a token in; add @Public(false) to the handler to require a token, or @Public({ optional: true }) if it is meant to be optional.`,
      ];
    }
    // The guard of a class does its work on the routes that are closed again.
    const isOpenClass = ofClass === true && ofHandler === undefined && !closedAgain.has(controller);
    return isOpenClass && hasGuard(controller)
      ? [
          `${name} is on a class with @UseGuards(JwtAuthGuard) and @Public(), so the guard lets every request in; remove one of the two.`,
        ]
      : [];
  });
}

/** Whether the guard is on a class or handler itself. A subclass that decides by itself what is public is another guard. */
function hasGuard(target: object): boolean {
  const guards = Reflect.getOwnMetadata(GUARDS_METADATA, target) as readonly unknown[] | undefined;
  return (
    guards?.some((guard) => {
      const prototype: unknown = typeof guard === 'function' ? guard.prototype : guard;
      return prototype instanceof JwtAuthGuard
        ? prototype['isPublic'] === JwtAuthGuard.prototype['isPublic']
        : guard === JwtAuthGuard;
    }) ?? false
  );
}
