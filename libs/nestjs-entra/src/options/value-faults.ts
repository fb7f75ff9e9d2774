import { shown } from './shown.js';

/** One fault when a number is given that is not a whole one within its bounds. */
export function numberFaults(name: string, value: unknown, least: number, most: number): string[] {
  if (value === undefined || (Number.isInteger(value) && Number(value) >= least && Number(value) <= most))
    return [];
  return [`${name} is ${shown(value)}; give a whole number from ${least} to ${most}.`];
}

/** Whether a value can be read member by member. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
