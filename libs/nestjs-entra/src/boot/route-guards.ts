import { JwtAuthGuard } from '../authentication/jwt-auth.guard.js';
import { ScopesGuard } from '../authorization/scopes.guard.js';

/** Metadata that `@UseGuards()` leaves on a class or method. */
const GUARDS = '__guards__';

/**
 * Whether `@UseGuards()` on a handler or its class names `JwtAuthGuard`, `ScopesGuard` (which `@RequiredScopes()` and
 * its like put there, and which asks `JwtAuthGuard`), or a subclass of either. Classes inherit guards.
 */
export function hasOwnGuard(controller: object, handler?: object): boolean {
  return [controller, ...(handler ? [handler] : [])].some((target) => {
    const guards: unknown = Reflect.getMetadata(GUARDS, target);
    return Array.isArray(guards) && guards.some(isGuardOfOurs);
  });
}

/** Whether a guard, given as a class or as an instance, is one of this library or a subclass. */
export function isGuardOfOurs(guard: unknown): boolean {
  return [JwtAuthGuard, ScopesGuard].some(
    (ours) =>
      guard === ours ||
      guard instanceof ours ||
      (typeof guard === 'function' && (guard.prototype as unknown) instanceof ours),
  );
}
