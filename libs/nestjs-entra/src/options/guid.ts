const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether a text is a GUID in the lower-case form that Entra puts into tokens. */
export function isGuid(value: unknown): value is string {
  return typeof value === 'string' && GUID.test(value);
}
