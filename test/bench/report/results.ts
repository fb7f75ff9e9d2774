import type { Acquisition } from '../suites/acquisition.js';
import type { CachedTokensRow, Column } from '../suites/cached-tokens.js';
import type { Store } from '../suites/store.js';
import type { TokenUse, ValidationRow } from '../suites/validation.js';
import type { Adapter, AppName } from '../server/settings.js';
import type { Machine } from './machine.js';

/** All that a run measured. */
export interface Results {
  readonly machine: Machine;
  readonly isQuick: boolean;
  readonly validation?: readonly ValidationRow[];
  readonly acquisition?: Acquisition;
  readonly store?: Store;
}

/** One row of the comparison of validations. */
export function validationRow(
  rows: readonly ValidationRow[],
  adapter: Adapter,
  app: AppName,
  token: TokenUse,
): ValidationRow | undefined {
  return rows.find((row) => row.adapter === adapter && row.app === app && row.token === token);
}

/** One cell of the comparison of cached tokens. */
export function cachedTokensRow(
  { cachedTokens: { rows } }: Acquisition,
  adapter: Adapter,
  column: Column,
  users: number,
): CachedTokensRow | undefined {
  return rows.find((row) => row.adapter === adapter && row.column === column && row.users === users);
}

/** The counts of users that this library was measured with, in ascending order. */
export function userCounts({ cachedTokens: { rows } }: Acquisition, adapter: Adapter): number[] {
  return rows.filter((row) => row.adapter === adapter && row.column === 'onDemand').map((row) => row.users);
}
