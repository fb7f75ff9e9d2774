/** What the loader adds to the exports of a CommonJS module. */
const OF_THE_LOADER = new Set(['__esModule', 'default', 'module.exports']);

/** The exports of two modules that are not one and the same value. */
export function differences(name: string, one: object, other: object): string[] {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names]
    .filter((key) => !OF_THE_LOADER.has(key) && Reflect.get(one, key) !== Reflect.get(other, key))
    .map((key) => `${name}: ${key}`);
}
