import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';

const START = fileURLToPath(new URL('../../tools/start.mjs', import.meta.url));

/** Runs `npm start` with arguments that it refuses; gives what it said and its exit code. */
async function start(...args: string[]): Promise<{ code: unknown; said: string }> {
  const child = spawn(process.execPath, [START, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  }
  const [code] = (await once(child, 'close')) as unknown[];
  return { code, said: said.trim() };
}

describe('npm start', () => {
  it.each(['--port', '--downstream-port', '--emulator-port'])(
    'says which port is in use: %s',
    async (flag) => {
      const server = createServer().listen(0, '127.0.0.1');
      onTestFinished(() => void server.close());
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      // The others are free, so that this one is what is complained about.
      const others = ['--port', '--downstream-port', '--emulator-port'].filter((other) => other !== flag);
      const free = await Promise.all(others.map(freePort));
      const args = others.flatMap((other, index) => [other, String(free[index])]);
      expect(await start('--once', flag, String(port), ...args)).toEqual({
        code: 1,
        said: `Port ${port} is in use: stop what listens there, or choose another with ${flag}.`,
      });
    },
  );

  it.each([
    [['--port', 'http'], '--port is "http"; give a port from 1 to 65535.'],
    [['--port', '70000'], '--port is "70000"; give a port from 1 to 65535.'],
    [['--twice'], "Unknown option '--twice'"],
  ])('refuses %s in one sentence', async (args, sentence) => {
    const { code, said } = await start(...args);
    expect(code).toBe(1);
    expect(said).toContain(sentence);
    expect(said.split('\n')).toHaveLength(1);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
