import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EntraAuthOptions } from 'nestjs-entra';
import { onTestFinished } from 'vitest';
import { ROOT } from '../../docs/markdown.js';
import { API, type World } from '../../support/world.js';
import { compiledLibrary } from './compiled-library.js';

/** The packages of Redis clients, as they are installed here: version 6 and version 5 of each. */
export const LIBRARIES = ['redis', 'redis-5', 'ioredis', 'ioredis-5'] as const;

/** Which Redis client a process uses, and where its servers are. */
export type ClientSettings = { readonly library: (typeof LIBRARIES)[number] } & Servers;

/** How the servers are arranged, and where they are. */
export type Servers =
  | { readonly topology: 'standalone'; readonly url: string }
  | { readonly topology: 'cluster'; readonly ports: readonly number[] }
  | {
      readonly topology: 'sentinel';
      readonly ports: readonly number[];
      readonly name: string;
      /** Whether a client that must be told to is told to leave a master which hangs. */
      readonly noticesHalts: boolean;
    };

/** What a request came to: 0 in place of a status when there was no answer. */
export interface Outcome {
  readonly status: number;
  readonly source: string | undefined;
  readonly ms: number;
}

/** A process of the API. */
export interface ApiProcess {
  readonly pid: number;
  get(token: string): Promise<Outcome>;
  /** Its warnings so far. */
  warnings(): Promise<readonly string[]>;
  isConnected(): Promise<boolean>;
  /** Closes the application and its Redis client, and waits until the process ends by itself; gives its exit code. */
  close(): Promise<number | null>;
  kill(): void;
}

/** Starts a process of the API in a world; it ends with the test. */
export async function startApi(
  world: World,
  client: ClientSettings,
  tokenCache: EntraAuthOptions['tokenCache'] = {},
): Promise<ApiProcess> {
  const { emulator } = world;
  const folder = mkdtempSync(join(tmpdir(), 'nestjs-entra-chaos-'));
  const ca = join(folder, 'ca.pem');
  writeFileSync(ca, emulator.caCertificate);
  const options = {
    instance: emulator.url,
    tenantId: emulator.tenantId,
    clientId: API.clientId,
    clientCredentials: [{ sourceType: 'ClientSecret', clientSecret: API.secret }],
  };
  const child = fork(join(ROOT, 'test/chaos/api.mjs'), {
    execArgv: [],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      NODE_EXTRA_CA_CERTS: ca,
      CHAOS: JSON.stringify({ library: compiledLibrary(), client, options, tokenCache }),
    },
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 400 });
  onTestFinished(() => {
    agent.destroy();
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  const ask = async () => {
    child.send('state');
    return ((await once(child, 'message')) as [{ lines: string[]; isConnected: boolean }])[0];
  };
  return {
    pid: child.pid ?? 0,
    get: (token) => get(`${url}/orders`, token, agent),
    warnings: async () => (await ask()).lines.filter((line) => line.startsWith('warn ')),
    isConnected: async () => (await ask()).isConnected,
    close: async () => {
      agent.destroy();
      child.send('close');
      return ((await once(child, 'exit')) as [number | null])[0];
    },
    kill: () => void child.kill('SIGKILL'),
  };
}

/** A process with version 6 of a Redis client and one with version 5: they share what is in the store. */
export async function startPair(
  world: World,
  library: 'redis' | 'ioredis',
  servers: Servers,
): Promise<readonly [ApiProcess, ApiProcess]> {
  return [
    await startApi(world, { library, ...servers }),
    await startApi(world, { library: `${library}-5`, ...servers }),
  ];
}

function get(url: string, token: string, agent: Agent): Promise<Outcome> {
  const begun = performance.now();
  return new Promise((resolve) => {
    const over = (status: number, source?: string) =>
      resolve({ status, source, ms: performance.now() - begun });
    request(url, { agent, headers: { authorization: `Bearer ${token}` }, timeout: 20_000 }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () => over(response.statusCode ?? 0, sourceOf(body)));
    })
      .on('timeout', function timedOut(this: { destroy(): void }) {
        this.destroy();
      })
      .on('error', () => over(0))
      .end();
  });
}

function sourceOf(body: string): string | undefined {
  return (JSON.parse(body || '{}') as { source?: string }).source;
}
