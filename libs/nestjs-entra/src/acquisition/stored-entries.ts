import { keyOfUserEntry, SealedEntry } from '../cache/sealed-entry.js';
import type { TokenRequest } from './token-request.js';

/**
 * The entries of the store for what is wanted. A key stands for the requested scopes as well, unlike one in memory:
 * so nothing has to be read before it is written, and processes that acquire other scopes at the same time do not
 * undo each other's work.
 */
export class StoredEntries {
  // Private to the language: no log of what holds this shows a key.
  readonly #sealingKeys: readonly Uint8Array[];

  /** @param sealingKeys for tokens of the application itself: the first seals, all open */
  constructor(sealingKeys: readonly Uint8Array[]) {
    this.#sealingKeys = sealingKeys;
  }

  /** Where a token can be, the first being where a new one goes; none when nothing can seal it. */
  of({ key, names, assertion }: TokenRequest): readonly SealedEntry[] {
    const name = nameOf(key, names);
    if (assertion) return [SealedEntry.ofAssertion(name, assertion)];
    return this.#sealingKeys.map((sealingKey) => SealedEntry.ofApplication(name, sealingKey));
  }

  /** The keys in the store for a key of the memory cache and scopes, known without what sealed them. */
  keysOf(key: string, names: ReadonlySet<string>, isOfUser: boolean): string[] {
    const name = nameOf(key, names);
    if (isOfUser) return [keyOfUserEntry(name)];
    return this.#sealingKeys.map((sealingKey) => SealedEntry.ofApplication(name, sealingKey).key);
  }
}

/** The key is made of parts with their lengths, and no scope holds a space, so no two give one name. */
function nameOf(key: string, names: ReadonlySet<string>): string {
  return `${key}|${[...names].sort().join(' ')}`;
}
