import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Answer, Call, Methods } from './serve.js';

/** What a child is left to go by itself before it is killed. */
const GRACE_MS = 3_000;

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** A process of the benchmark, in Node's production mode, and the way to ask it. */
export class Child<M extends Methods, Ready = unknown> {
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #ready: unknown;

  private constructor(
    private readonly process: ChildProcess,
    private readonly name: string,
  ) {
    process.on('message', (message) => this.settle(message as Answer));
    process.on('exit', (code, signal) => {
      const error = new Error(`The process ${this.name} ended (${signal ?? `code ${code}`})`);
      for (const { reject } of this.#waiting.values()) reject(error);
      this.#waiting.clear();
    });
  }

  /** Starts a file of the benchmark and waits until it is ready. */
  static async start<M extends Methods, Ready = unknown>(
    file: string,
    settings: object = {},
    nodeOptions: readonly string[] = [],
  ): Promise<Child<M, Ready>> {
    const path = fileURLToPath(new URL(`../${file}`, import.meta.url));
    const child = new Child<M, Ready>(
      fork(path, [JSON.stringify(settings)], {
        execArgv: [...nodeOptions],
        serialization: 'advanced',
        env: { ...process.env, NODE_ENV: 'production' },
      }),
      file,
    );
    child.#ready = await new Promise((resolve, reject) => child.#waiting.set(0, { resolve, reject }));
    return child;
  }

  /** What it said when it was ready. */
  get ready(): Ready {
    return this.#ready as Ready;
  }

  /** Asks it to do something and gives what came of it. */
  call<K extends keyof M & string>(
    method: K,
    ...[argument]: Parameters<M[K]>
  ): Promise<Awaited<ReturnType<M[K]>>> {
    const call: Call = { id: ++this.#lastId, method, argument };
    return new Promise((resolve, reject) => {
      this.#waiting.set(call.id, { resolve: resolve as (value: unknown) => void, reject });
      this.process.send(call, (error) => error && reject(error));
    });
  }

  /** Ends it, as `serve()` ends when its parent goes, and waits until it is gone. */
  async stop(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const gone = once(this.process, 'exit');
    this.process.disconnect();
    const killer = setTimeout(() => this.process.kill('SIGKILL'), GRACE_MS);
    await gone;
    clearTimeout(killer);
  }

  private settle({ id, value, error }: Answer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(value);
    else waiting?.reject(new Error(`${this.name}: ${error}`));
  }
}
