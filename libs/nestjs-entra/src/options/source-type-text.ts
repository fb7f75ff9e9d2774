import { SOURCE_TYPES } from './azure-ad/section-keys.js';
import { nearestName } from './nearest-name.js';
import { shown } from './shown.js';

/**
 * A `sourceType` as a problem shows it. A secret can stand in its place by mistake, so only what is near the name of a
 * kind, supported or not, is shown.
 */
export function sourceTypeText(sourceType: unknown): string {
  if (typeof sourceType !== 'string' || sourceType === '') return shown(sourceType);
  return nearestName(sourceType, SOURCE_TYPES) === undefined ? '"(hidden)"' : shown(sourceType);
}
