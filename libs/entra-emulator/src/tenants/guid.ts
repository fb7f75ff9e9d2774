const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Tells whether `value` is written as a GUID, in either letter case. */
export function isGuid(value: string): boolean {
  return GUID.test(value);
}

/** `value` in lower case, or an error that names `option` when it is no GUID. */
export function requireGuid(value: string, option: string): string {
  if (!isGuid(value)) {
    throw new TypeError(`${option} must be a GUID, but is ${JSON.stringify(value)}.`);
  }
  return value.toLowerCase();
}
