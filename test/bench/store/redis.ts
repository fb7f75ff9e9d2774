import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'redis';
import type { RedisClient } from './contestants.js';

/** A Redis of the benchmark's own, and a client of it. */
export interface BenchRedis {
  connect(): Promise<RedisClient>;
  /** Bytes in use. */
  usedBytes(): Promise<number>;
  /** How often each command was called so far. */
  calls(): Promise<Readonly<Record<string, number>>>;
  clear(): Promise<void>;
  stop(): Promise<void>;
}

export async function startBenchRedis(): Promise<BenchRedis> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'nestjs-entra-bench-redis-'));
  const args = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    folder,
  ];
  const server = spawn('redis-server', args, { stdio: 'ignore' });
  await once(server, 'spawn').catch(() => {
    throw new Error('redis-server is missing; on Debian and Ubuntu: apt-get install redis-server.');
  });
  const clients: RedisClient[] = [];
  const connect = async () => {
    const client = createClient({ url: `redis://127.0.0.1:${port}` });
    client.on('error', () => undefined);
    await client.connect();
    clients.push(client as RedisClient);
    return client as RedisClient;
  };
  const admin = await connect();
  const number = (text: string, pattern: RegExp) => Number(pattern.exec(text)?.[1] ?? 0);
  return {
    connect,
    usedBytes: async () => number(await admin.info('memory'), /used_memory:(\d+)/),
    calls: async () => {
      const stats = await admin.info('commandstats');
      const found = [...stats.matchAll(/cmdstat_([\w|]+):calls=(\d+)/g)];
      return Object.fromEntries(found.map(([, name = '', calls]) => [name, Number(calls)]));
    },
    clear: async () => void (await admin.flushAll()),
    stop: async () => {
      for (const client of clients) client.destroy();
      const gone = once(server, 'exit');
      server.kill('SIGKILL');
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
