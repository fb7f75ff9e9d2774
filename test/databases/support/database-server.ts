import type { ChildProcess } from 'node:child_process';

/** A database on loopback that ends with its test. */
export interface DatabaseServer {
  readonly url: string;
  /** Ends it at once, and waits until it is gone. */
  kill(): Promise<void>;
  /** Starts it again at its address. */
  restart(): Promise<void>;
}

const ends = new Set<() => void>();
process.once('exit', () => ends.forEach((end) => end()));

/** Ends a server when the tests end before it. */
export function endWithTests(child: ChildProcess, signal: NodeJS.Signals): void {
  const end = () => void child.kill(signal);
  ends.add(end);
  child.once('exit', () => ends.delete(end));
}
