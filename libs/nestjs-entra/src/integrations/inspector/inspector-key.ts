import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';

/** The parameter of the address that carries the key. */
export const KEY_PARAMETER = 'key';

/**
 * The key without which the inspector answers nothing: 256 random bits, made when the application starts and gone with
 * it. Only the log has it, so another user of the machine, and a tunnel or proxy that leaves no trace in a request,
 * cannot open the page.
 *
 * It stays in the address, and every link of the page carries it. A cookie would reach the servers of all other ports
 * of this machine (RFC 6265 section 8.5).
 */
@Injectable()
export class InspectorKey {
  readonly #key = randomBytes(32).toString('base64url');

  /** `?key=…`, to put after a path of the inspector. */
  get query(): string {
    return `?${KEY_PARAMETER}=${this.#key}`;
  }

  /** Whether a request's target carries the key, exactly once. Compares in constant time. */
  opens(target: string): boolean {
    const given = new URLSearchParams(target.split('?', 2)[1] ?? '').getAll(KEY_PARAMETER);
    const [key, ...more] = given;
    return key !== undefined && more.length === 0 && timingSafeEqual(digest(key), digest(this.#key));
  }
}

/** Both sides have the same length then. */
function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
