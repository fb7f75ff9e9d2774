import type { Summary } from '../measure/summary.js';

/** A figure with as many digits as it is worth: `0.54`, `7.3`, `142`, `12 400`. */
export function figure(value: number): string {
  const size = Math.abs(value);
  const digits = Number.isInteger(value) || size >= 100 ? 0 : size >= 2 ? 1 : 2;
  return value.toFixed(digits).replace(/\B(?=(\d{3})+(?!\d))/g, ' ');
}

/** How many times as much: `41 ×`; nothing where there is nothing to compare. */
export function ratio(value: number | undefined, to: number | undefined): string {
  if (value === undefined || to === undefined || !(to > 0) || !(value > 0)) return '–';
  const times = value / to;
  return `${figure(times >= 10 ? Math.round(times) : times)} ×`;
}

/** The median, and the quartiles behind it: `7.3 (6.8 to 7.9)`. */
export function withSpread({ median, lower, upper }: Summary): string {
  return `${figure(median)} (${figure(lower)} to ${figure(upper)})`;
}
