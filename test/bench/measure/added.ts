import type { Measured } from './rounds.js';
import { summary, type Summary } from './summary.js';

/** What a contestant costs, microseconds of processor time for a request. */
export interface Added {
  /** All of the request. */
  readonly cpu: Summary;
  /** Above the bare server; compared within each round, for the machine changes from one to the next. */
  readonly added: Summary;
  /** Token requests to the identity platform for a request. */
  readonly exchanges: number;
}

/** What the contestant `name` adds to the contestant `base`. */
export function addedTo(measured: ReadonlyMap<string, Measured>, base: string, name: string): Added {
  const [bare, one] = [measured.get(base), measured.get(name)];
  if (!bare || !one) throw new Error(`${name} was not measured beside ${base}`);
  return {
    cpu: summary(one.cpu),
    added: summary(one.cpu.map((figure, round) => figure - (bare.cpu[round] ?? Number.NaN))),
    exchanges: one.exchanges,
  };
}
