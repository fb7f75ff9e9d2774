/** The few commands that the store needs; each works on one key, so that a Cluster needs no hash tag. */
export interface RedisCommands {
  /** `GET key` */
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

/** Compares and deletes in one step: between two commands the key could change hands. */
export const DELETE_IF_EQUAL =
  "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0";

/** The client has no connection; said at once, in place of a command that waits in the client's queue. */
export class RedisNotConnectedError extends Error {
  override readonly name = 'RedisNotConnectedError';

  constructor() {
    super('the Redis client is not connected');
  }
}
