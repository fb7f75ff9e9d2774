/** A value as a fault shows it; none of the options it is used for is secret. */
export function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'number') return String(value); // JSON has no NaN and no Infinity.
  return JSON.stringify(value)?.slice(0, 200) ?? `a ${typeof value}`;
}
