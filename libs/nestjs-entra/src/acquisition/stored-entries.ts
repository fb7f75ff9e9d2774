import { keyOfUserEntry, SealedEntry } from '../cache/sealed-entry.js';
import { storedTokenKey } from '../cache/token-cache-key.js';
import type { TokenRequest } from './token-request.js';

/** The application whose tokens these are; others may keep theirs in the same store. */
export interface StoringApplication {
  readonly clientId: string;
  readonly authority: { readonly instance: string };
}

/** Whose tokens are meant: those under one key of the memory cache. */
export type TokenOwner = Pick<TokenRequest, 'key' | 'userId'> & {
  /** Not of the application itself. */
  readonly isOfUser: boolean;
};

/**
 * The entries of the store for what is wanted. A key stands for the requested scopes as well, unlike one in memory:
 * so nothing has to be read before it is written, and processes that acquire other scopes at the same time do not
 * undo each other's work.
 */
export class StoredEntries {
  // Private to the language: no log of what holds this shows a key.
  readonly #sealingKeys: readonly Uint8Array[];

  /** @param sealingKeys for tokens of the application itself: the first seals, all open */
  constructor(
    sealingKeys: readonly Uint8Array[],
    private readonly application: StoringApplication,
  ) {
    this.#sealingKeys = sealingKeys;
  }

  /** Where a token can be, the first being where a new one goes; none when nothing can seal it. */
  of({ key, userId, names, assertion }: TokenRequest): readonly SealedEntry[] {
    const name = this.name({ key, userId }, names);
    if (assertion) return [SealedEntry.ofAssertion(name, assertion)];
    return this.#sealingKeys.map((sealingKey) => SealedEntry.ofApplication(name, sealingKey));
  }

  /** The keys in the store for tokens and scopes, known without what sealed them. */
  keysOf(owner: TokenOwner, names: ReadonlySet<string>): string[] {
    const name = this.name(owner, names);
    if (owner.isOfUser) return [keyOfUserEntry(name)];
    return this.#sealingKeys.map((sealingKey) => SealedEntry.ofApplication(name, sealingKey).key);
  }

  private name({ key, userId }: Pick<TokenOwner, 'key' | 'userId'>, names: ReadonlySet<string>): string {
    const { clientId, authority } = this.application;
    return storedTokenKey({ clientId, instance: authority.instance, userId, key, names });
  }
}
