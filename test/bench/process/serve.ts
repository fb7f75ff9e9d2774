/** What a process of the benchmark does when it is asked: names, and functions of one argument. */
export type Methods = Readonly<Record<string, (argument: never) => unknown>>;

/** A call over the channel between two processes. */
export interface Call {
  readonly id: number;
  readonly method: string;
  readonly argument?: unknown;
}

/** The answer to a {@link Call}; that of id 0 says that the process is ready. */
export interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** Serves `methods` to the parent process until that one goes. */
export function serve(methods: Methods, ready: unknown): void {
  const answer = (message: Answer) => void process.send?.(message);
  process.on('disconnect', () => process.exit(0));
  process.on('message', (message) => {
    const { id, method, argument } = message as Call;
    const work = async () => (methods[method] as (argument: unknown) => unknown)(argument);
    work().then(
      (value) => answer({ id, value }),
      (error: unknown) => answer({ id, error: error instanceof Error ? error.stack : String(error) }),
    );
  });
  answer({ id: 0, value: ready });
}

/** What the parent process started this one with. */
export function settingsOfThisProcess<T>(): T {
  return JSON.parse(process.argv[2] ?? '{}') as T;
}
