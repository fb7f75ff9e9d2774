/** Longer names are compared by their beginning, so that the comparison is bounded whatever was given. */
const COMPARED_LENGTH = 64;

/**
 * The candidate that a name is probably a misspelling of (Levenshtein distance, without regard to case); `undefined`
 * when none is near: at most two edits, or a third of the name.
 */
export function nearestName(name: string, candidates: readonly string[]): string | undefined {
  const compared = name.slice(0, COMPARED_LENGTH);
  let nearest: string | undefined;
  let least = Math.max(2, Math.floor(compared.length / 3)) + 1;
  for (const candidate of candidates) {
    const edits = distance(compared, candidate);
    if (edits < least) [nearest, least] = [candidate, edits];
  }
  return nearest;
}

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
