import {
  DELETE_IF_EQUAL,
  orForeignType,
  RedisNotConnectedError,
  type RedisCommands,
} from './redis-commands.js';

/** Number of the type "bulk string" in RESP, as the `redis` package names it. */
const BULK_STRING = 36;

/** What of the `redis` package is used; the same for client, cluster and sentinel. */
interface NodeRedis {
  /** A cluster of version 5 has no such member. */
  readonly isReady?: boolean;
  readonly isOpen: boolean;
  on(event: 'error', listener: () => void): unknown;
  withCommandOptions(options: object): NodeRedis;
  get(key: string): Promise<Buffer | null>;
  set(key: string, value: Buffer | string, options: object): Promise<unknown>;
  del(key: string): Promise<unknown>;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

/** Commands by the `redis` package. */
export function nodeRedisCommands(client: object, waitMs: number): RedisCommands {
  const base = client as NodeRedis;
  // Without a listener a lost connection would end the process (Node's rule for 'error' events).
  base.on('error', () => undefined);
  const options = { timeout: waitMs, typeMapping: { [BULK_STRING]: Buffer } };
  const redis = base.withCommandOptions(options);
  /** A client without a connection would queue commands without bound. */
  const connected = () => {
    if (!(base.isReady ?? base.isOpen)) throw new RedisNotConnectedError();
    return redis;
  };
  return {
    get: async (key) => orForeignType(connected().get(key)),
    set: async (key, value, ttlMs) => void (await connected().set(key, asBuffer(value), { PX: ttlMs })),
    setIfAbsent: async (key, value, ttlMs) =>
      (await connected().set(key, value, { PX: ttlMs, NX: true })) !== null,
    delete: async (key) => void (await connected().del(key)),
    deleteIfEqual: async (key, value) =>
      void (await connected().eval(DELETE_IF_EQUAL, { keys: [key], arguments: [value] })),
  };
}

function asBuffer(value: Uint8Array): Buffer {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}
