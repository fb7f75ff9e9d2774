import { randomUUID } from 'node:crypto';
import type { TokenCacheStore } from 'nestjs-entra';
import type { Pool } from 'pg';

/** Tokens in PostgreSQL: `CREATE UNLOGGED TABLE token_cache (key text PRIMARY KEY, value bytea, expires_at timestamptz)`. */
export class PostgresTokenCacheStore implements TokenCacheStore {
  readonly #holder = Buffer.from(randomUUID());

  constructor(private readonly pool: Pool) {
    // Without a listener, a connection that the database ends would end the process.
    pool.on('error', () => undefined);
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const sql = 'SELECT value FROM token_cache WHERE key = $1 AND expires_at > now()';
    const { rows } = await this.pool.query<{ value: Buffer }>(sql, [key]);
    return rows[0]?.value;
  }

  async set(key: string, value: Uint8Array, ttlMs: number): Promise<void> {
    const sql = `INSERT INTO token_cache VALUES ($1, $2, now() + $3 * interval '1 ms')
      ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at`;
    await this.pool.query(sql, [key, Buffer.from(value), ttlMs]);
  }

  async delete(key: string): Promise<void> {
    await this.pool.query('DELETE FROM token_cache WHERE key = $1', [key]);
  }

  async acquireLease(key: string, ttlMs: number): Promise<boolean> {
    const sql = `INSERT INTO token_cache VALUES ($1, $2, now() + $3 * interval '1 ms')
      ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at
      WHERE token_cache.expires_at <= now()`;
    const { rowCount } = await this.pool.query(sql, [`lease:${key}`, this.#holder, ttlMs]);
    return rowCount === 1;
  }

  async releaseLease(key: string): Promise<void> {
    const sql = 'DELETE FROM token_cache WHERE key = $1 AND value = $2';
    await this.pool.query(sql, [`lease:${key}`, this.#holder]);
  }
}
