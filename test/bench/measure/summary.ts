/** The middle of some figures, and how far they lie apart. */
export interface Summary {
  readonly median: number;
  /** A quarter of the figures lies below. */
  readonly lower: number;
  /** A quarter of the figures lies above. */
  readonly upper: number;
  readonly max: number;
}

export function summary(figures: readonly number[]): Summary {
  const sorted = [...figures].sort((a, b) => a - b);
  return {
    median: quantile(sorted, 0.5),
    lower: quantile(sorted, 0.25),
    upper: quantile(sorted, 0.75),
    max: quantile(sorted, 1),
  };
}

/** @param sorted in ascending order */
export function quantile(sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}
