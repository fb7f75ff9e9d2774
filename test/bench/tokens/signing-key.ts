import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LIFETIME_SECONDS } from './claims.js';

/** Beside the compiled benchmark, so that it goes with the other caches. */
const FOLDER = fileURLToPath(new URL('../../nestjs-entra-bench-tokens/', import.meta.url));
const KEY_FILE = join(FOLDER, 'key.json');

/** The signatures made with the key, one after the other in the order of the users. */
export const SIGNATURES_FILE = join(FOLDER, 'signatures.bin');

/** A key is made anew when less than this is left of the life of its tokens. */
const LEAST_LIFE_SECONDS = 3 * 3600;

/** What a set of tokens is made with. */
export interface SigningKey {
  readonly kid: string;
  /** Seconds since 1970; `iat` of every token. */
  readonly issuedAt: number;
  /** PEM. */
  readonly privateKey: string;
}

/** The key of earlier runs; a new one, without any signature yet, when there is none that lives on. */
export function currentSigningKey(): SigningKey {
  const now = Math.floor(Date.now() / 1000);
  if (existsSync(KEY_FILE)) {
    const kept = JSON.parse(readFileSync(KEY_FILE, 'utf8')) as SigningKey;
    if (now < kept.issuedAt + LIFETIME_SECONDS - LEAST_LIFE_SECONDS) return kept;
  }
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const made = {
    kid: `bench-${now.toString(36)}-${'x'.repeat(16)}`,
    issuedAt: now,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
  rmSync(SIGNATURES_FILE, { force: true });
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(KEY_FILE, JSON.stringify(made), { mode: 0o600 });
  return made;
}

/** The private half, ready for use. */
export function privateKeyOf({ privateKey }: SigningKey): KeyObject {
  return createPrivateKey(privateKey);
}

/** The key set that the identity platform publishes, as Entra writes it. */
export function keySetOf(key: SigningKey): object {
  const { n, e } = createPublicKey(key.privateKey).export({ format: 'jwk' });
  return { keys: [{ kty: 'RSA', use: 'sig', kid: key.kid, n, e }] };
}
