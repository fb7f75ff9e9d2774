import { progress } from '../measure/progress.js';
import { quantile } from '../measure/summary.js';
import { simulateArrivals, type ArrivalsRow } from '../store/arrivals.js';
import { msalNode, nestjsEntra, type StoreContestant, type StoreProcess } from '../store/contestants.js';
import { startBenchRedis, type BenchRedis } from '../store/redis.js';
import { TokenSet } from '../tokens/token-set.js';

/** What it costs a process to find a token in Redis that another one acquired. */
export interface StoreHits {
  readonly name: string;
  readonly users: number;
  /** Of one request after the other. */
  readonly medianMs: number;
  readonly p99Ms: number;
  /** Processor time of the process for each, microseconds. */
  readonly cpu: number;
  /** What Redis needs for each user. */
  readonly bytesPerUser: number;
  readonly commandsPerHit: number;
  readonly commandsPerFirstRequest: number;
  readonly exchangesOfHits: number;
}

export interface Store {
  readonly hits: readonly StoreHits[];
  readonly arrivals: readonly ArrivalsRow[];
}

/** Processes of the API behind a load balancer. */
const PROCESSES = [1, 4, 20, 100];

/** How much longer than a command a lease is given back: see what a first request costs in all. */
const LEASES_OVER_MS = 400;

export async function measureStore(users: number): Promise<Store> {
  await TokenSet.prepare(users);
  const tokens = TokenSet.open();
  const redis = await startBenchRedis();
  try {
    const hits: StoreHits[] = [];
    for (const contestant of [nestjsEntra, msalNode(false), msalNode(true)]) {
      progress(`${users} users whose tokens are in Redis: ${contestant.name}`);
      await redis.clear();
      hits.push(
        await measureHits(
          contestant,
          redis,
          Array.from({ length: users }, (_, at) => tokens.token(at)),
        ),
      );
    }
    progress('a day of a million users');
    return { hits, arrivals: PROCESSES.map(simulateArrivals) };
  } finally {
    await redis.stop();
  }
}

async function measureHits(
  { name, start }: StoreContestant,
  redis: BenchRedis,
  assertions: readonly string[],
): Promise<StoreHits> {
  const users = assertions.length;
  const [bytes, before] = [await redis.usedBytes(), await commands(redis)];
  const writer = await start(await redis.connect());
  await acquireAll(writer, assertions);
  await new Promise((resolve) => setTimeout(resolve, LEASES_OVER_MS));
  const [bytesPerUser, written] = [((await redis.usedBytes()) - bytes) / users, await commands(redis)];
  await writer.stop();

  const reader = await start(await redis.connect());
  const cpuBefore = process.cpuUsage();
  const latencies = (await acquireAll(reader, assertions)).sort((a, b) => a - b);
  const { user, system } = process.cpuUsage(cpuBefore);
  const read = await commands(redis);
  const exchangesOfHits = reader.exchanges();
  await reader.stop();
  return {
    name,
    users,
    medianMs: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    cpu: (user + system) / users,
    bytesPerUser,
    commandsPerFirstRequest: (written - before) / users,
    commandsPerHit: (read - written) / users,
    exchangesOfHits,
  };
}

async function acquireAll(process: StoreProcess, assertions: readonly string[]): Promise<number[]> {
  const latencies: number[] = [];
  for (const assertion of assertions) {
    const begun = performance.now();
    await process.acquire(assertion);
    latencies.push(performance.now() - begun);
  }
  return latencies;
}

/** Commands of contestants; what a script calls inside is not sent. */
async function commands(redis: BenchRedis): Promise<number> {
  const calls = await redis.calls();
  const sent = ['get', 'set', 'del', 'eval'].reduce((sum, name) => sum + (calls[name] ?? 0), 0);
  return sent - (calls['eval'] ?? 0) * 2;
}
