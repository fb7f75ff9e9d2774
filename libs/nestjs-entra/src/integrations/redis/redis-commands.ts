/** The few commands that the store needs; each works on one key, so that a Cluster needs no hash tag. */
export interface RedisCommands {
  /** `GET key`; empty bytes for a key that holds no text. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** `SET key value PX ttlMs` */
  set(key: string, value: Uint8Array, ttlMs: number): Promise<void>;
  /** `SET key value PX ttlMs NX`; whether it was set. */
  setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean>;
  /** `DEL key` */
  delete(key: string): Promise<void>;
  /** `EVAL`: deletes a key if it holds `value`. */
  deleteIfEqual(key: string, value: string): Promise<void>;
}

/**
 * Compares and deletes in one step: between two commands the key could change hands. By `pcall`, for a key that holds
 * no text is not equal, and no fault of Redis.
 */
export const DELETE_IF_EQUAL =
  "if redis.pcall('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0";

/**
 * A reply to `GET`, or empty bytes when the key holds a list, a hash or the like. Somebody else put it there: that is
 * a value which does not open, and not an outage.
 */
export async function orForeignType(
  reply: Promise<Uint8Array | null | undefined>,
): Promise<Uint8Array | undefined> {
  try {
    return (await reply) ?? undefined;
  } catch (error) {
    if (error instanceof Error && String(error.message).startsWith('WRONGTYPE')) return new Uint8Array();
    throw error;
  }
}

/** The client has no connection; said at once, in place of a command that waits in the client's queue. */
export class RedisNotConnectedError extends Error {
  override readonly name = 'RedisNotConnectedError';

  constructor() {
    super('the Redis client is not connected');
  }
}
