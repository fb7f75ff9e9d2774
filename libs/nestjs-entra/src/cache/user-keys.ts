/**
 * The keys under which each user's tokens are cached, so that evicting a user does not scan the entries of all. Most
 * users have one key: they cost one slot of a map and no set.
 */
export class UserKeys {
  readonly #keys = new Map<string, string | Set<string>>();

  /** Adds a key of a user. */
  add(userId: string, key: string): void {
    const known = this.#keys.get(userId);
    if (known === undefined) this.#keys.set(userId, key);
    else if (typeof known !== 'string') known.add(key);
    else if (known !== key) this.#keys.set(userId, new Set([known, key]));
  }

  /** Removes a key of a user. */
  remove(userId: string, key: string): void {
    const known = this.#keys.get(userId);
    if (known === undefined || known === key) this.#keys.delete(userId);
    else if (typeof known !== 'string' && known.delete(key) && known.size === 0) this.#keys.delete(userId);
  }

  /** The keys of a user. */
  of(userId: string): string[] {
    const known = this.#keys.get(userId);
    if (known === undefined) return [];
    return typeof known === 'string' ? [known] : [...known];
  }

  /** The number of users who have a key. */
  get size(): number {
    return this.#keys.size;
  }
}
