import { randomUUID } from 'node:crypto';
import type { TokenCacheStore } from 'nestjs-entra';
import { Pool } from 'pg';

/** Tokens in the table `token_cache` of PostgreSQL. */
export class PostgresTokenCacheStore implements TokenCacheStore {
  readonly #pool: Pool;
  readonly #leases = new Map<string, Buffer>();

  constructor(connectionString: string) {
    // Without times, connections that have gone silent would be waited for, and the pool never be itself again.
    this.#pool = new Pool({ connectionString, query_timeout: 1_000, connectionTimeoutMillis: 1_000 });
    // Without a listener, a connection that the database ends would end the process.
    this.#pool.on('error', () => undefined);
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const sql = 'SELECT value FROM token_cache WHERE key = $1 AND expires_at > now()';
    const { rows } = await this.#pool.query<{ value: Buffer }>(sql, [key]);
    return rows[0]?.value;
  }

  async set(key: string, value: Uint8Array, ttlMs: number): Promise<void> {
    const sql = `INSERT INTO token_cache (key, value, expires_at) VALUES ($1, $2, now() + $3 * interval '1 ms')
      ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at`;
    await this.#pool.query(sql, [key, Buffer.from(value), ttlMs]);
  }

  async delete(key: string): Promise<void> {
    await this.#pool.query('DELETE FROM token_cache WHERE key = $1', [key]);
  }

  async acquireLease(key: string, ttlMs: number): Promise<boolean> {
    const holder = Buffer.from(randomUUID());
    const sql = `INSERT INTO token_cache (key, value, expires_at) VALUES ($1, $2, now() + $3 * interval '1 ms')
      ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at
      WHERE token_cache.expires_at <= now()`;
    const { rowCount } = await this.#pool.query(sql, [`lease:${key}`, holder, ttlMs]);
    if (rowCount === 1) this.#leases.set(key, holder);
    return rowCount === 1;
  }

  async releaseLease(key: string): Promise<void> {
    const holder = this.#leases.get(key);
    this.#leases.delete(key);
    const sql = 'DELETE FROM token_cache WHERE key = $1 AND value = $2';
    if (holder) await this.#pool.query(sql, [`lease:${key}`, holder]);
  }

  /** Call it when the application is closed. */
  close(): Promise<void> {
    return this.#pool.end();
  }
}
