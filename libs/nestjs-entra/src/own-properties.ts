/** What objects have in common, as it was when this file was loaded. */
const COMMON = [
  'constructor',
  'hasOwnProperty',
  'isPrototypeOf',
  'propertyIsEnumerable',
  'toLocaleString',
  'toString',
  'valueOf',
].map((name) => [name, Object.getOwnPropertyDescriptor(Object.prototype, name)] as const);

/**
 * The prototype of objects that inherit nothing from `Object.prototype`: a name that somebody put there (prototype
 * pollution, CWE-1321) is not found on them. The usual methods are there, so that `claims.hasOwnProperty('acrs')`,
 * template literals and the equality of test libraries work.
 */
const DETACHED = Object.freeze(
  Object.create(null, Object.fromEntries(COMMON) as PropertyDescriptorMap) as object,
);

/**
 * Detaches plain data from `Object.prototype`, in place and all the way down, such as what `JSON.parse()` returns: a
 * member that it does not have is `undefined`, whatever `Object.prototype` holds.
 */
export function detach<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (!Array.isArray(value)) Object.setPrototypeOf(value, DETACHED);
  for (const member of Object.values(value)) if (typeof member === 'object') detach(member);
  return value;
}

/**
 * A copy of an object of options with its own properties. Of an instance of a class the copy also has what the class
 * defines, bound to the instance; never what all objects inherit. Its values are not copied.
 *
 * Objects of options are read once, where they come in. Reading the copy from there on is what makes a default a
 * default.
 */
export function ownProperties<T extends object>(given: T): T {
  const copy = Object.setPrototypeOf({ ...given }, DETACHED) as T;
  for (let type = classOf(given); type !== null; type = classOf(type)) {
    for (const name of Reflect.ownKeys(type)) {
      if (name === 'constructor' || Object.hasOwn(copy, name)) continue;
      const value: unknown = Reflect.get(type, name, given);
      Object.defineProperty(copy, name, {
        value: typeof value === 'function' ? (value.bind(given) as unknown) : value,
        writable: true,
        configurable: true,
      });
    }
  }
  return copy;
}

/** {@link ownProperties} of options that may be left out; without any, the same empty object each time. */
export function ownCallOptions<T extends object>(given: T | undefined): T {
  return typeof given === 'object' && given !== null ? ownProperties(given) : (NONE as T);
}

const NONE = Object.freeze(ownProperties({}));

/** The prototype of an object, unless it is the one that all objects of its realm inherit from. */
function classOf(value: object): object | null {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null || Object.getPrototypeOf(prototype) === null ? null : prototype;
}
