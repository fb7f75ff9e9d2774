import { nearestName } from './nearest-name.js';

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
      (name) =>
        `${path}${name} is no ${kind} of nestjs-entra; did you mean ${path}${nearestName(name, known)}?`,
    );
}
