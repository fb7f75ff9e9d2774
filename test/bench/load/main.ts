import { summary } from '../measure/summary.js';
import { serve } from '../process/serve.js';
import { TokenSet } from '../tokens/token-set.js';
import { Connection } from './connection.js';

/** Requests to be sent, each with the token of the next user. */
export interface LoadOrder {
  readonly port: number;
  readonly path: string;
  /** Number of the first user. */
  readonly from: number;
  /** How many users take turns, from number `base` on. */
  readonly users: number;
  readonly base: number;
  readonly requests: number;
  /** No request is started later than this. */
  readonly maxMs: number;
  readonly connections: number;
  /**
   * Whether this process never sleeps meanwhile. To wake a sleeping peer costs a server as much as to serve it,
   * and would count for the server; yet it takes a core from all others.
   */
  readonly staysAwake: boolean;
}

/** What came of it; a request that fails ends the benchmark. */
export interface LoadResult {
  readonly requests: number;
  readonly elapsedMs: number;
  /** Half of the requests took no longer than this. */
  readonly medianMs: number;
}

const tokens = TokenSet.open();

async function run(order: LoadOrder): Promise<LoadResult> {
  const { port, path, from, users, base, requests, maxMs } = order;
  const connections = await openAll(port, Math.min(order.connections, requests));
  // Tokens are made before the clock starts.
  for (let index = 0; index < Math.min(requests, users); index++)
    tokens.token(base + ((from + index) % users));
  const latenciesMs: number[] = [];
  let sent = 0;
  const started = performance.now();
  const work = async (connection: Connection) => {
    while (sent < requests && performance.now() - started < maxMs) {
      const token = tokens.token(base + ((from + sent++) % users));
      const begun = performance.now();
      await connection.get(path, token);
      latenciesMs.push(performance.now() - begun);
    }
  };
  let isAwake = order.staysAwake;
  const stayAwake = () => void (isAwake && setImmediate(stayAwake));
  stayAwake();
  try {
    await Promise.all(connections.map(work));
  } finally {
    isAwake = false;
    for (const connection of connections) connection.close();
  }
  return { requests: sent, elapsedMs: performance.now() - started, medianMs: summary(latenciesMs).median };
}

/** A few at a time: the backlog of a listening socket is finite. */
async function openAll(port: number, count: number): Promise<Connection[]> {
  const connections: Connection[] = [];
  while (connections.length < count) {
    const next = Math.min(100, count - connections.length);
    connections.push(...(await Promise.all(Array.from({ length: next }, () => Connection.open(port)))));
  }
  return connections;
}

const methods = { run };

/** What the source of the requests does when the benchmark asks. */
export type LoadMethods = typeof methods;

serve(methods, {});
