import { explainUnusableAnswer, platformDetailsOf } from '../acquisition/explain-platform-error.js';
import { IdentityPlatformUnavailableError } from '../errors/acquisition.errors.js';
import { Age } from '../network/age.js';
import type { IdentityPlatformClient } from '../network/identity-platform.client.js';
import { kidsOf, readKeySet, type SigningKey } from './signing-key.js';

/** Keys that could not be renewed for this long are not trusted any more: one of them may have been withdrawn. */
const MAX_AGE_MS = 24 * 60 * 60 * 1000;

/** Properties of a key set other than its address. */
export interface KeySetRules {
  /** Whether the set may have no key, as that of an application without a signing key of its own. */
  readonly mayBeEmpty: boolean;
  /** Which of its keys count. */
  readonly isAcceptable: (key: SigningKey) => boolean;
}

/** One published key set as it was fetched last. */
export class KeySet {
  #keys: ReadonlyMap<string, SigningKey> = new Map();
  #kids: ReadonlySet<string> = new Set();
  readonly #age = new Age();
  #order = 0;
  #failure: IdentityPlatformUnavailableError | undefined;

  /** @param url the address it is published under */
  constructor(
    readonly url: string,
    private readonly rules: KeySetRules,
  ) {}

  /** Number of the fetch that the keys are from; 0 before the first. */
  get order(): number {
    return this.#order;
  }

  /** Why the last fetch failed; `undefined` when it did not. */
  get failure(): IdentityPlatformUnavailableError | undefined {
    return this.#failure;
  }

  /** Whether it was fetched, and not too long ago to be trusted. */
  get isTrusted(): boolean {
    return this.ageMs < MAX_AGE_MS;
  }

  /** Milliseconds since it was fetched. */
  get ageMs(): number {
    return this.#age.ms;
  }

  /** The usable keys. */
  get keys(): Iterable<SigningKey> {
    return this.isTrusted ? this.#keys.values() : [];
  }

  /** How many usable keys it has. */
  get size(): number {
    return this.isTrusted ? this.#keys.size : 0;
  }

  /** @param ageMs {@link ageMs}, where it was read a moment ago */
  get(kid: string, ageMs = this.ageMs): SigningKey | undefined {
    return ageMs < MAX_AGE_MS ? this.#keys.get(kid) : undefined;
  }

  /** Whether a key is in the set, usable or not. */
  lists(kid: string): boolean {
    return this.isTrusted && this.#kids.has(kid);
  }

  /**
   * Fetches the set; gives the names of the keys that are not in it any more.
   * @param order number of the fetch: what a later one brought stays
   * @throws IdentityPlatformUnavailableError
   */
  async fetch(client: IdentityPlatformClient, order: number): Promise<readonly string[]> {
    try {
      const answer = await client.send({ url: this.url, method: 'GET' });
      const { status, json } = answer;
      const published = status === 200 ? readKeySet(json) : undefined;
      if (!published || (published.size === 0 && !this.rules.mayBeEmpty)) {
        throw new IdentityPlatformUnavailableError(
          `The identity platform published no usable signing key${explainUnusableAnswer(answer)}`,
          { platform: platformDetailsOf(answer) },
        );
      }
      if (order < this.#order) return [];
      const withdrawn = [...this.#keys.keys()].filter((kid) => !published.has(kid));
      this.#keys = new Map([...published].filter(([, key]) => this.rules.isAcceptable(key)));
      this.#kids = kidsOf(json);
      this.#age.restart();
      this.#order = order;
      this.#failure = undefined;
      return withdrawn;
    } catch (error) {
      this.#failure = error as IdentityPlatformUnavailableError;
      throw error;
    }
  }
}
