/** A time as the envelope writes it: `2025-03-07 21:02:35Z`. */
export function errorTimestamp(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')}Z`;
}

/** A time as descriptions write it: `2025-03-07T21:02:35.1230000Z`, seven digits of a second. */
export function preciseTime(at: number): string {
  return new Date(at).toISOString().replace('Z', '0000Z');
}
