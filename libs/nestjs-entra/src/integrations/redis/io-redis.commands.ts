import { FailoverWatch } from './failover-watch.js';
import {
  DELETE_IF_EQUAL,
  orForeignType,
  RedisNotConnectedError,
  type RedisCommands,
} from './redis-commands.js';

/** What of `ioredis` is used; the same for one server, Sentinels and Cluster. */
interface IoRedis {
  readonly status: string;
  on(event: 'error', listener: () => void): unknown;
  connect(): Promise<unknown>;
  getBuffer(key: string): Promise<Buffer | null>;
  set(key: string, value: Buffer | string, ...options: (string | number)[]): Promise<unknown>;
  del(key: string): Promise<unknown>;
  eval(script: string, keys: number, ...keysAndArguments: string[]): Promise<unknown>;
  /** Of a cluster only. */
  refreshSlotsCache?(over: () => void): void;
}

/** Commands by `ioredis`. */
export function ioRedisCommands(client: object): RedisCommands {
  const redis = client as IoRedis;
  // Else ioredis writes each lost connection to the console.
  redis.on('error', () => undefined);
  /** A client without a connection would queue commands without bound. */
  const connected = () => {
    if (redis.status === 'ready') return redis;
    // With `lazyConnect` it waits for the first command.
    if (redis.status === 'wait') redis.connect().catch(() => undefined);
    throw new RedisNotConnectedError();
  };
  const commands: RedisCommands = {
    get: async (key) => orForeignType(connected().getBuffer(key)),
    set: async (key, value, ttlMs) => void (await connected().set(key, asBuffer(value), 'PX', ttlMs)),
    setIfAbsent: async (key, value, ttlMs) => (await connected().set(key, value, 'PX', ttlMs, 'NX')) !== null,
    delete: async (key) => void (await connected().del(key)),
    deleteIfEqual: async (key, value) => void (await connected().eval(DELETE_IF_EQUAL, 1, key, value)),
  };
  return clusterWatch(redis)?.over(commands) ?? commands;
}

/** Finds the new masters of a cluster; it tries its nodes in turn, each for a time. */
function clusterWatch(redis: IoRedis): FailoverWatch | undefined {
  if (typeof redis.refreshSlotsCache !== 'function') return undefined;
  return new FailoverWatch(() => new Promise<void>((resolve) => redis.refreshSlotsCache?.(resolve)));
}

function asBuffer(value: Uint8Array): Buffer {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}
