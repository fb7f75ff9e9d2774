import { REQUIREMENTS_METADATA } from '../auth.constants.js';
import type { Requirement } from './requirement.js';

/** What stands on a class and on its handler; all of it has to be met. */
export function requirementsOf(controller: object, handler: object): readonly Requirement[] {
  return [controller, handler].flatMap(
    (target) =>
      (Reflect.getMetadata(REQUIREMENTS_METADATA, target) as readonly Requirement[] | undefined) ?? [],
  );
}
