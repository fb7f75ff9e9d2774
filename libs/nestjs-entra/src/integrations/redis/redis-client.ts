import { ConfigurationError } from '../../errors/configuration.error.js';
import { ioRedisCommands } from './io-redis.commands.js';
import { nodeRedisCommands } from './node-redis.commands.js';
import type { RedisCommands } from './redis-commands.js';

/** A client of the `redis` package, version 5 or 6: `createClient()`, `createCluster()`, `createSentinel()`. */
export interface NodeRedisClient {
  readonly isOpen: boolean;
  withCommandOptions(options: never): unknown;
}

/** A client of the `ioredis` package, version 5 or 6: `new Redis()`, also with Sentinels, and `new Cluster()`. */
export interface IoRedisClient {
  readonly status: string;
  getBuffer(key: string): Promise<Buffer | null>;
}

/**
 * The commands of a client of either kind.
 *
 * @param waitMs a command that was not sent by then is not sent any more
 * @throws ConfigurationError when it is no such client
 */
export function redisCommands(client: NodeRedisClient | IoRedisClient, waitMs: number): RedisCommands {
  const has = (name: string) =>
    typeof (client as unknown as Record<string, unknown> | undefined)?.[name] === 'function';
  if (has('getBuffer') && has('eval')) return ioRedisCommands(client);
  if (has('withCommandOptions') && has('eval')) return nodeRedisCommands(client, waitMs);
  throw new ConfigurationError(
    'RedisTokenCacheStore was given something that is no Redis client; give a client, cluster or sentinel of the packages redis or ioredis, version 5 or 6.',
  );
}
