import { nearestName } from './nearest-name.js';
import { shown } from './shown.js';

/**
 * One fault for each name that is not known, with the nearest one that is: a misspelt option must not be
 * silently without effect.
 *
 * @param kind what the names are, for the sentence
 * @param path put before each name
 */
export function unknownNameFaults(
  kind: string,
  value: object,
  known: readonly string[],
  path = '',
): string[] {
  return Object.keys(value)
    .filter((name) => !known.includes(name))
    .map(
      (name) => `${path}${nameText(name)} is no ${kind} of nestjs-entra; ${nameAdvice(name, known, path)}`,
    );
}

/** What to do about an unknown name. Another name is suggested only when it is near. */
export function nameAdvice(name: string, known: readonly string[], path = ''): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? 'remove it.' : `did you mean ${path}${nearest}?`;
}

/** A name as a problem shows it: a secret can be pasted as a name, too. */
export function nameText(name: string): string {
  return shown(name).slice(1, -1);
}
