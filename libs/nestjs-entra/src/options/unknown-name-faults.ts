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
    .map((name) => {
      const nearest = known.reduce((best, candidate) =>
        distance(name, candidate) < distance(name, best) ? candidate : best,
      );
      return `${path}${name} is no ${kind} of nestjs-entra; did you mean ${path}${nearest}?`;
    });
}

/** Levenshtein distance of two names, without regard to case. */
function distance(left: string, right: string): number {
  const [a, b] = [left.toLowerCase(), right.toLowerCase()];
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
