/**
 * A second level of the token cache, shared by the processes of an API: Redis, or whatever keeps bytes under keys.
 *
 * It holds sealed values only, so it needs no confidentiality of its own. Every method may reject or take its
 * time: the library bounds what it waits, and goes on without the store. Values that come back changed, old or
 * under another key are found out and count as none.
 */
export interface TokenCacheStore {
  /**
   * The value of a key.
   *
   * @param key 43 characters of base64url; it tells nothing of the user
   */
  get(key: string): Promise<Uint8Array | undefined>;
  /**
   * Keeps a value.
   *
   * @param ttlMs after this many milliseconds the store has to forget it
   */
  set(key: string, value: Uint8Array, ttlMs: number): Promise<void>;
  /** Forgets a key; one that is not there is no error. */
  delete(key: string): Promise<void>;
  /**
   * Takes the lease of a key, if nobody has it: one process exchanges, the others wait for its record. Without
   * leases each process exchanges for itself.
   *
   * @param ttlMs the lease ends by itself after this many milliseconds, should its holder die
   * @returns whether this process has it now
   */
  acquireLease?(key: string, ttlMs: number): Promise<boolean>;
  /** Gives back a lease that {@link acquireLease} gave, and no lease of another process. */
  releaseLease?(key: string): Promise<void>;
}
