import { setTimeout as delay } from 'node:timers/promises';

/** What lies on the heap and in buffers once everything that can go is gone. */
export async function heapBytes(): Promise<number> {
  const { gc } = globalThis as { gc?: () => void };
  if (!gc) throw new Error('The server was started without --expose-gc');
  // Finalizers and closing sockets let go of more between two collections.
  for (let round = 0; round < 4; round++) {
    gc();
    await delay(50);
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
