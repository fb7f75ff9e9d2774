import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { RESOLVED_OPTIONS } from '../auth.constants.js';
import { IdentityPlatformClient } from '../network/identity-platform.client.js';
import { IdentityPlatformUnavailableError } from '../errors/acquisition.errors.js';
import type { ResolvedOptions } from '../options/resolved-options.js';
import { Age } from '../network/age.js';
import { elapsedSince } from '../network/elapsed-since.js';
import { monotonicMs } from '../network/monotonic-clock.js';
import { metadataNetwork } from './metadata-network.js';
import { readKeySet, type SigningKey } from './signing-key.js';

/** After a fetch, an unknown `kid` asks again no sooner than this. */
const COOLDOWN_MS = 5_000;

/** Without any key the next attempt comes sooner: every request waits for it. */
const COLD_COOLDOWN_MS = 1_000;

/** Entra rolls its keys at any time; its key set may be kept for a day. Ours is renewed well before. */
const REFRESH_AFTER_MS = 60 * 60 * 1000;

/** Keys that could not be renewed for so long are trusted no more: one of them may have been withdrawn. */
const MAX_AGE_MS = 24 * 60 * 60 * 1000;

/**
 * The published signing keys: fetched once however many ask, renewed in the background while the old
 * ones serve, and asked for again when a token names a key that is not known, at most once a cooldown.
 */
@Injectable()
export class SigningKeys implements OnModuleInit {
  readonly #logger = new Logger('EntraAuth');
  readonly #client: IdentityPlatformClient;
  #published: ReadonlyMap<string, SigningKey> | undefined;
  readonly #age = new Age();
  #triedAt = -Infinity;
  #underWay: Promise<void> | undefined;
  #lastFailure: IdentityPlatformUnavailableError | undefined;

  constructor(@Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions) {
    this.#client = new IdentityPlatformClient(metadataNetwork(options));
  }

  /** Fetches the keys while the application starts; it does not wait for them, nor fail without them. */
  onModuleInit(): void {
    this.refresh().catch(() => undefined); // Logged where it happened; the first request tries again.
  }

  /** Whether a key is in the set as it is known now. */
  readonly isPublished = (kid: string): boolean => this.peek(kid) !== undefined;

  /** The key as it is known now, without asking anybody. */
  peek(kid: string): SigningKey | undefined {
    return this.current?.get(kid);
  }

  /**
   * The key named `kid`, asking the identity platform when it is not known; `undefined` when it is not published.
   * @throws IdentityPlatformUnavailableError when that cannot be decided
   */
  async find(kid: string): Promise<SigningKey | undefined> {
    if (!this.current) await this.refresh();
    else this.keepFresh();
    const known = this.peek(kid);
    if (known) return known;
    await this.refresh();
    return this.peek(kid);
  }

  /** Starts a renewal in the background when the keys have grown old; nobody waits for it, the old ones serve. */
  keepFresh(): void {
    if (this.#age.ms > REFRESH_AFTER_MS) this.refresh().catch(() => undefined);
  }

  /** Fetches the key set, unless that was tried a moment ago; joins a fetch that is under way. */
  async refresh(): Promise<void> {
    const cooldown = this.current ? COOLDOWN_MS : COLD_COOLDOWN_MS;
    if (!this.#underWay && elapsedSince(this.#triedAt) < cooldown) {
      if (this.#lastFailure) throw this.#lastFailure;
      return;
    }
    this.#underWay ??= this.fetch().finally(() => (this.#underWay = undefined));
    await this.#underWay;
  }

  private get current(): ReadonlyMap<string, SigningKey> | undefined {
    return this.#age.ms < MAX_AGE_MS ? this.#published : undefined;
  }

  private async fetch(): Promise<void> {
    this.#triedAt = monotonicMs();
    try {
      const answer = await this.#client.send({ url: this.options.authority.keysUrl, method: 'GET' });
      const keys = answer.status === 200 ? readKeySet(answer.json) : undefined;
      if (!keys || keys.size === 0) {
        throw new IdentityPlatformUnavailableError('The identity platform published no usable signing key', {
          platform: { status: answer.status },
        });
      }
      this.#published = keys;
      this.#age.restart();
      this.#lastFailure = undefined;
    } catch (error) {
      this.#lastFailure = error as IdentityPlatformUnavailableError;
      this.#logger.warn(
        `No signing keys from ${this.options.authority.keysUrl}: ${this.#lastFailure.reason}`,
      );
      throw error;
    }
  }
}
