import { createHash } from 'node:crypto';
import { AadstsError } from '../errors/aadsts-error.js';

/** Identical requests within the window from which on Entra ends the loop (Microsoft: breaking changes). */
const LOOP_LENGTH = 15;

/** Length of the window, in milliseconds. */
const LOOP_WINDOW_MS = 5 * 60_000;

/** Members that make two requests the same; telemetry and request ids change with every request. */
const IDENTITY: readonly string[] = [
  'grant_type',
  'client_id',
  'scope',
  'assertion',
  'refresh_token',
  'claims',
];

/** Finds clients that ask the same question over and over. */
export class RequestLoops {
  readonly #now: () => number;
  readonly #seen = new Map<string, number[]>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Refuses the 15th identical request within five minutes with AADSTS50196. */
  check(tenant: string, form: ReadonlyMap<string, string>): void {
    const now = this.#now();
    const key = requestKey(tenant, form);
    const recent = (this.#seen.get(key) ?? []).filter((at) => now - at < LOOP_WINDOW_MS);
    recent.push(now);
    this.#seen.set(key, recent);
    if (recent.length >= LOOP_LENGTH) {
      throw new AadstsError(50196);
    }
  }
}

function requestKey(tenant: string, form: ReadonlyMap<string, string>): string {
  const identity = IDENTITY.map((name) => form.get(name) ?? '');
  return createHash('sha256')
    .update(JSON.stringify([tenant, ...identity]))
    .digest('base64url');
}
