/** Runs `work` while `Object.prototype` has a name; an assignment, as a careless deep merge makes it. */
export async function polluted<T>(name: string, value: unknown, work: () => T | Promise<T>): Promise<T> {
  Object.defineProperty(Object.prototype, name, {
    value,
    enumerable: true,
    writable: true,
    configurable: true,
  });
  try {
    return await work();
  } finally {
    delete (Object.prototype as Record<string, unknown>)[name];
  }
}
