import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** Stands between client and Redis, and can cut replies in the middle. */
export interface CuttingProxy {
  readonly url: string;
  /** From now on each connection ends after so many bytes of replies; `undefined` for never. */
  cutAfter(bytes: number | undefined): void;
}

export async function startCuttingProxy(port: number): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  let limit: number | undefined;
  const server = createServer((client) => {
    const redis = connect(port, '127.0.0.1');
    let passed = 0;
    const end = () => {
      client.destroy();
      redis.destroy();
    };
    for (const socket of [client, redis]) {
      sockets.add(socket);
      socket.on('error', end).on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    client.on('data', (data) => redis.write(data));
    redis.on('data', (data) => {
      const rest = limit === undefined ? data.length : Math.max(0, limit - passed);
      passed += data.length;
      client.write(data.subarray(0, rest));
      if (rest < data.length) setImmediate(end);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cutAfter: (bytes) => {
      limit = bytes;
      // Connections that are open begin to count with what they have passed already: they are cut at once.
    },
  };
}
