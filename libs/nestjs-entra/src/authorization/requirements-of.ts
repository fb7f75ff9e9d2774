import { AUTH_CONTEXTS_METADATA, REQUIREMENTS_METADATA } from '../auth.constants.js';
import type { Requirement } from './requirement.js';

/** Scopes and roles that stand on a class and on its handler; all of it has to be met. */
export function requirementsOf(controller: object, handler: object): readonly Requirement[] {
  return metadataOf<Requirement>(REQUIREMENTS_METADATA, controller, handler);
}

/** Ids of the authentication contexts that stand on a class and on its handler; all of them have to be met. */
export function authContextsOf(controller: object, handler: object): readonly string[] {
  return metadataOf<string>(AUTH_CONTEXTS_METADATA, controller, handler);
}

function metadataOf<T>(metadata: symbol, controller: object, handler: object): readonly T[] {
  return [controller, handler].flatMap(
    (target) => (Reflect.getMetadata(metadata, target) as readonly T[] | undefined) ?? [],
  );
}
