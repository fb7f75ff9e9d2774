import { AadstsError } from '../errors/aadsts-error.js';
import type { Exchange } from './exchange.js';

/** The parameters of a request that may come by query or by form. One that comes twice is AADSTS9002313. */
export function parametersOf({ query, form, hasDuplicates }: Exchange): ReadonlyMap<string, string> {
  const names = [...query.keys()];
  if (hasDuplicates || new Set(names).size < names.length) {
    throw new AadstsError(9002313);
  }
  return new Map([...query, ...form]);
}
