import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** Stands before a server, and can make the connections of the moment silent: open, and without an answer. */
export async function startSilencingProxy(port: number): Promise<{ port: number; silence(): void }> {
  const upstream = new Map<Socket, Socket>();
  const server = createServer((client) => {
    const behind = connect(port, '127.0.0.1');
    upstream.set(client, behind);
    for (const socket of [client, behind]) socket.on('error', () => undefined);
    client.pipe(behind).pipe(client);
    client.once('close', () => behind.destroy());
    behind.once('close', () => client.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const client of upstream.keys()) client.destroy();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    silence: () => {
      for (const [client, behind] of upstream) {
        client.unpipe(behind);
        behind.unpipe(client);
        client.resume();
      }
    },
  };
}
