import { inspect } from 'node:util';

/**
 * A copy of options that prints as nothing. Nest keeps what it is given in its container and in the imported module, so
 * that whatever prints one of them would print the secrets in `clientCredentials`.
 */
export function unprintedOptions<T>(options: T): T {
  if (typeof options !== 'object' || options === null) return options;
  const copy = Object.create(
    Object.getPrototypeOf(options) as object | null,
    Object.getOwnPropertyDescriptors(options),
  ) as T & object;
  return Object.defineProperty(copy, inspect.custom, {
    value: () => 'EntraAuthOptions {…}',
    enumerable: false,
  });
}
