import { DOWNSTREAM_SCOPES_METADATA } from '../auth.constants.js';

/** The downstream scopes that stand on a handler and on its class. */
export function routeScopes(controller: object, handler: object): readonly string[] {
  return [controller, handler].flatMap(
    (target) =>
      (Reflect.getMetadata(DOWNSTREAM_SCOPES_METADATA, target) as readonly string[] | undefined) ?? [],
  );
}
