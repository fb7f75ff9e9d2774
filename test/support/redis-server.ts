import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A real Redis on loopback, with a folder of its own, that keeps nothing. */
export interface RedisServer {
  readonly port: number;
  readonly url: string;
  readonly pid: number;
  /** Sends one command on a connection of its own and gives the first line or the bulk text of the reply. */
  command(...args: string[]): Promise<string>;
  /** The same after `AUTH`. */
  commandAs(password: string, ...args: string[]): Promise<string>;
  /** Halts the process where it is, and lets it go on. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void;
  /** How often a command was called since the start, by `INFO commandstats`. */
  calls(command: string): Promise<number>;
  /** Ends the process at once and waits until it is gone. */
  kill(): Promise<void>;
}

export interface RedisServerOptions {
  /** Default: a free one. */
  port?: number;
  /** Lines of redis.conf. */
  config?: readonly string[];
  sentinel?: boolean;
}

const servers = new Set<ChildProcess>();
process.once('exit', () => {
  for (const server of servers) server.kill('SIGKILL');
});

/** Starts a Redis and waits until it answers. @throws Error that says how to install it, when it is missing */
export async function startRedis({
  port,
  config = [],
  sentinel = false,
}: RedisServerOptions = {}): Promise<RedisServer> {
  requireRedis();
  const at = port ?? (await freePort());
  const folder = mkdtempSync(join(tmpdir(), 'nestjs-entra-redis-'));
  const file = join(folder, 'redis.conf');
  const lines = sentinel ? [] : ['save ""', 'appendonly no', 'enable-debug-command yes'];
  writeFileSync(
    file,
    [`port ${at}`, 'bind 127.0.0.1', `dir ${folder}`, 'daemonize no', ...lines, ...config, ''].join('\n'),
  );
  const child = spawn('redis-server', [file, ...(sentinel ? ['--sentinel'] : [])], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  servers.add(child);
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => output.push(String(data)));
  const command = (...args: string[]) => sendCommand(at, args);
  const kill = async () => {
    servers.delete(child);
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`redis-server ended: ${output.join('')}`);
    return (await command('PING').catch(() => '')) !== '';
  });
  return {
    port: at,
    url: `redis://127.0.0.1:${at}`,
    pid: child.pid ?? 0,
    command,
    commandAs: (password, ...args) => sendCommand(at, args, password),
    signal: (name) => void child.kill(name),
    calls: async (name) =>
      Number(
        new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(await command('INFO', 'commandstats'))?.[1] ?? 0,
      ),
    kill,
  };
}

/** Waits for a condition, ten seconds at most unless told. */
export async function until(condition: () => boolean | Promise<boolean>, withinMs = 10_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > end)
      throw new Error(`It did not come true within ${withinMs} ms: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

let isInstalled: boolean | undefined;

function requireRedis(): void {
  isInstalled ??= spawnSync('redis-server', ['--version']).status === 0;
  if (!isInstalled) {
    throw new Error(
      'redis-server is not installed, and these tests need a real one; on Debian and Ubuntu: apt-get install redis-server.',
    );
  }
}

/** A command by hand, so that what is tested is not what tests. */
async function sendCommand(port: number, args: readonly string[], password?: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.setTimeout(10_000, () => socket.destroy(new Error(`No reply to ${args[0]}`)));
  try {
    await once(socket, 'connect');
    if (password !== undefined) socket.write(written(['AUTH', password]));
    socket.write(written(args));
    let reply = '';
    for await (const chunk of socket) {
      reply += String(chunk);
      // The reply to AUTH comes first.
      const text = wholeReply(password === undefined ? reply : reply.replace(/^(\+OK\r\n)?/, ''));
      if (text !== undefined) return text;
    }
    throw new Error(`The connection ended after ${JSON.stringify(reply)}`);
  } finally {
    socket.destroy();
  }
}

function written(args: readonly string[]): string {
  const parts = args.map((arg) => `$${Buffer.byteLength(arg)}\r\n${arg}\r\n`);
  return `*${args.length}\r\n${parts.join('')}`;
}

/** The text of a simple, number or bulk reply once it is complete; of others the raw form. */
function wholeReply(reply: string): string | undefined {
  const line = /^([+\-:$*])(.*)\r\n/.exec(reply);
  if (!line) return undefined;
  const [head, kind, rest = ''] = line;
  if (kind === '-') throw new Error(rest);
  if (kind === '*') return reply;
  if (kind !== '$') return rest;
  const length = Number(rest);
  if (length < 0) return '';
  const bytes = Buffer.from(reply).subarray(Buffer.byteLength(head));
  return bytes.length >= length + 2 ? bytes.subarray(0, length).toString() : undefined;
}
