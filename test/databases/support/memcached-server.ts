import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { onTestFinished } from 'vitest';
import { freePort, until } from '../../support/redis-server.js';
import { endWithTests, type DatabaseServer } from './database-server.js';

/** Starts a Memcached, and waits until it takes connections. */
export async function startMemcached(): Promise<DatabaseServer> {
  const port = await freePort();
  const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const start = async () => {
    const child = spawn('memcached', ['-l', '127.0.0.1', '-p', String(port), '-U', '0', ...user]);
    endWithTests(child, 'SIGKILL');
    await until(() => accepts(port));
    return child;
  };
  let child = await start();
  const kill = async () => {
    const gone = once(child, 'exit');
    if (child.kill('SIGKILL')) await gone;
  };
  onTestFinished(kill);
  return {
    url: `127.0.0.1:${port}`,
    kill,
    restart: async () => {
      child = await start();
    },
  };
}

/** Whether something listens. */
async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
