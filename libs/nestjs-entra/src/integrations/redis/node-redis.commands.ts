import { clusterWatch } from './node-redis-cluster.js';
import {
  DELETE_IF_EQUAL,
  orForeignType,
  RedisNotConnectedError,
  type RedisCommands,
} from './redis-commands.js';

/** Number of the type "bulk string" in RESP, as the `redis` package names it. */
const BULK_STRING = 36;

/** What of the `redis` package is used; the same for client, cluster and sentinel. */
interface NodeRedis extends KeyCommands {
  /** A cluster of version 5 has no such member. */
  readonly isReady?: boolean;
  readonly isOpen: boolean;
  on(event: 'error', listener: () => void): unknown;
  withCommandOptions(options: CommandOptions): KeyCommands;
}

interface KeyCommands {
  readonly commandOptions?: CommandOptions;
  get(key: string): Promise<Buffer | null>;
  set(key: string, value: Buffer | string, options: { PX: number; NX?: true }): Promise<unknown>;
  del(key: string): Promise<unknown>;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

interface CommandOptions {
  readonly timeout: number;
  readonly typeMapping: { readonly [BULK_STRING]: BufferConstructor };
}

/** A sentinel; other clients have another `sendCommand()`. */
interface Sentinel {
  getSentinelNode(): unknown;
  sendCommand<T>(isReadonly: boolean, args: (string | Buffer)[], options: CommandOptions): Promise<T>;
}

/** Commands by the `redis` package. */
export function nodeRedisCommands(client: object, waitMs: number): RedisCommands {
  const base = client as NodeRedis;
  // Without a listener a lost connection would end the process (Node's rule for 'error' events).
  base.on('error', () => undefined);
  const options = { timeout: waitMs, typeMapping: { [BULK_STRING]: Buffer } } as const;
  const redis = withOptions(base, options);
  /** A client without a connection would queue commands without bound. */
  const connected = () => {
    if (!(base.isReady ?? base.isOpen)) throw new RedisNotConnectedError();
    return redis;
  };
  const commands: RedisCommands = {
    get: async (key) => orForeignType(connected().get(key)),
    set: async (key, value, ttlMs) => void (await connected().set(key, asBuffer(value), { PX: ttlMs })),
    setIfAbsent: async (key, value, ttlMs) =>
      (await connected().set(key, value, { PX: ttlMs, NX: true })) !== null,
    delete: async (key) => void (await connected().del(key)),
    deleteIfEqual: async (key, value) =>
      void (await connected().eval(DELETE_IF_EQUAL, { keys: [key], arguments: [value] })),
  };
  return clusterWatch(base)?.over(commands) ?? commands;
}

/** The sentinel of version 5 gives its commands the options it was made with, whatever `withCommandOptions()` was told. */
function withOptions(client: NodeRedis | (NodeRedis & Sentinel), options: CommandOptions): KeyCommands {
  const redis = client.withCommandOptions(options);
  const isDeaf = redis.commandOptions?.typeMapping !== options.typeMapping;
  return 'getSentinelNode' in client && isDeaf ? sentinelCommands(client, options) : redis;
}

function sentinelCommands(sentinel: Sentinel, options: CommandOptions): KeyCommands {
  return {
    get: (key) => sentinel.sendCommand(true, ['GET', key], options),
    set: (key, value, { PX, NX }) =>
      sentinel.sendCommand(false, ['SET', key, value, 'PX', String(PX), ...(NX ? ['NX'] : [])], options),
    del: (key) => sentinel.sendCommand(false, ['DEL', key], options),
    eval: (script, { keys, arguments: values }) =>
      sentinel.sendCommand(false, ['EVAL', script, String(keys.length), ...keys, ...values], options),
  };
}

function asBuffer(value: Uint8Array): Buffer {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}
