/** What a piece of work gives, unless it takes too long: then an error. The work is told by the signal, and left alone. */
export async function withinDeadline<T>(
  timeoutMs: number,
  work: (signal: AbortSignal) => T | Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new DeadlineError(timeoutMs));
      abort.abort();
    }, timeoutMs);
  });
  try {
    return await Promise.race([work(abort.signal), deadline]);
  } finally {
    clearTimeout(timer);
  }
}

/** Something took too long. */
export class DeadlineError extends Error {
  constructor(timeoutMs: number) {
    super(`took longer than ${timeoutMs} ms`);
    this.name = 'DeadlineError';
  }
}
