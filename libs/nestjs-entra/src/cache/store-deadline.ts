/** A wait is counted in so many parts, see {@link orStoreTimeout}. */
const PARTS = 5;

/** The store did not answer in time. */
export class StoreTimeoutError extends Error {
  override readonly name = 'StoreTimeoutError';

  constructor(timeoutMs: number) {
    super(`no answer within ${timeoutMs} ms`);
  }
}

/**
 * `work`, or a {@link StoreTimeoutError} if it takes longer. Work goes on then; see that nobody waits for it.
 *
 * Time in which this process itself does not get a turn is not the store's: the wait is counted in parts, so that
 * one long turn costs one part, and answers which came meanwhile are read before the last part is over.
 */
export function orStoreTimeout<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let left = PARTS;
    // Not `unref()`: a process that has nothing else to do would end in place of who waits here.
    let timer: NodeJS.Timeout;
    const next = () => {
      timer = setTimeout(() => {
        left -= 1;
        if (left > 0) next();
        else setImmediate(() => reject(new StoreTimeoutError(timeoutMs)));
      }, timeoutMs / PARTS);
    };
    next();
    void work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
