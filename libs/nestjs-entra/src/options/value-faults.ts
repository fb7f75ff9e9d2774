import { shown } from './shown.js';

/** The fault of a number that is given and is no whole number from `least` to `most`. */
export function numberFaults(name: string, value: unknown, least: number, most: number): string[] {
  if (value === undefined || (Number.isInteger(value) && Number(value) >= least && Number(value) <= most))
    return [];
  return [`${name} is ${shown(value)}; give a whole number from ${least} to ${most}.`];
}

/** The fault of a value that is given and is no boolean. */
export function booleanFaults(name: string, value: unknown): string[] {
  return value === undefined || typeof value === 'boolean'
    ? []
    : [`${name} is ${shown(value)}; give true or false.`];
}

/** The fault of a value that is given in place of `fetch` and is no function. */
export function fetchFaults(name: string, value: unknown): string[] {
  return value === undefined || typeof value === 'function'
    ? []
    : [`${name} is ${shown(value)}; give a function with the signature of fetch, or leave it out.`];
}

/** The fault of scopes that no token request may carry; none given is no fault here. */
export function scopesFaults(name: string, scopes: unknown, alternative = ''): string[] {
  if (scopes === undefined) return [];
  const list: unknown[] = Array.isArray(scopes) ? scopes : [scopes];
  if (list.some((item) => typeof item === 'string' && item.includes(','))) {
    return [
      `${name} is ${shown(scopes)}; commas do not separate scopes: give a list, such as ["User.Read", "Mail.Read"].`,
    ];
  }
  const isFine = list.every(
    (item) => typeof item === 'string' && /^[\x21\x23-\x5b\x5d-\x7e ]+$/.test(item) && item.trim(),
  );
  if (!isFine) return [`${name} is ${shown(scopes)}; give a list of scopes${alternative}.`];
  const nameless = list.flatMap((item) => String(item).split(' ')).find(isNamelessScope);
  return nameless === undefined
    ? []
    : [`${name} has ${shown(nameless)}, a resource without a scope; ${NAMELESS_ADVICE}`];
}

/** What to do about a scope of which {@link isNamelessScope} is true. */
export const NAMELESS_ADVICE =
  'name a scope after it, such as "api://orders/Read" or "https://graph.microsoft.com/.default".';

/** Whether a scope is a resource alone, or ends with "/": the identity platform refuses it (AADSTS70011). */
export function isNamelessScope(scope: string): boolean {
  return /\/$|:\/\/[^/]*$/.test(scope);
}

/** Whether a value is an object, and no list. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
