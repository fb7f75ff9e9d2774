import type { KeyObject } from 'node:crypto';
import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { RESOLVED_OPTIONS } from '../auth.constants.js';
import { IdentityPlatformUnavailableError } from '../errors/acquisition.errors.js';
import { elapsedSince } from '../network/elapsed-since.js';
import { monotonicMs } from '../network/monotonic-clock.js';
import { IdentityPlatformClient } from '../network/identity-platform.client.js';
import type { ResolvedOptions } from '../options/resolved-options.js';
import { KeySet } from './key-set.js';
import { metadataNetwork } from './metadata-network.js';
import { quoteForLog } from '../errors/log-text.js';
import type { SigningKey } from './signing-key.js';
import { UnknownKids, WITHDRAWN } from './unknown-kids.js';

/** After a look-up, an unknown `kid` is looked up no sooner than this. */
const COOLDOWN_MS = 5_000;

/** Without any key the next attempt comes sooner: every request waits for it. */
const COLD_COOLDOWN_MS = 1_000;

/** Entra rolls its keys at any time; its key set may be kept for a day. Ours is renewed well before. */
const REFRESH_AFTER_MS = 60 * 60 * 1000;

/** Signatures that are tried within one cool-down; see {@link SigningKeys.find}. 25 µs each. */
const MAX_TRIALS = 1_000;

/** Tells whether a key verifies the signature of the token in question. */
type SignatureCheck = (key: KeyObject) => boolean;

/**
 * The published signing keys: those of the tenant, fetched once however many ask and renewed in the background while
 * the old ones serve; and those of the application, which has a signing key of its own where a claims-mapping policy
 * asks for one. A key that neither set has is looked up in both, at most once a cool-down.
 */
@Injectable()
export class SigningKeys implements OnModuleInit {
  readonly #logger = new Logger('EntraAuth');
  readonly #client: IdentityPlatformClient;
  readonly #tenant: KeySet;
  /** `undefined` in Azure AD B2C, where the key belongs to the policy. */
  readonly #application: KeySet | undefined;
  readonly #unknown = new UnknownKids();
  /** Fetches that were begun. */
  #begun = 0;
  #triedAt = -Infinity;
  #lookedUpAt = -Infinity;
  #renewal: Promise<void> | undefined;
  #lookUp: Promise<void> | undefined;
  #trials = 0;
  #isUndecidedLogged = false;

  constructor(@Inject(RESOLVED_OPTIONS) options: ResolvedOptions) {
    const { authority, clientId } = options;
    this.#client = new IdentityPlatformClient(metadataNetwork(options));
    this.#tenant = new KeySet(authority.keysUrl, { mayBeEmpty: false, isAcceptable: () => true });
    const url = authority.applicationKeysUrl(clientId);
    // The owner of a service principal has the private key of such a key. In an API for many tenants, one that is not
    // bound to an issuer would sign for all of them.
    const isAcceptable = ({ kid, issuer }: SigningKey) =>
      !this.#tenant.get(kid) &&
      (!authority.isMultiTenant || (issuer !== undefined && !issuer.includes('{tenantid}')));
    this.#application = url === undefined ? undefined : new KeySet(url, { mayBeEmpty: true, isAcceptable });
  }

  /** Fetches the keys while the application starts; it does not wait for them, nor fail without them. */
  onModuleInit(): void {
    this.refresh().catch(() => undefined); // Logged where it happened; the first request tries again.
  }

  /** Whether a key is published as far as it is known now. */
  readonly isPublished = (kid: string): boolean => this.peek(kid) !== undefined;

  /**
   * {@link isPublished} and {@link keepFresh} in one, for tokens that passed before. It is asked with each request of
   * theirs, so it reads the clocks once.
   */
  readonly isStillPublished = (kid: string): boolean => {
    const { ageMs } = this.#tenant;
    this.keepFresh(ageMs);
    return (this.#tenant.get(kid, ageMs) ?? this.#application?.get(kid)) !== undefined;
  };

  /** The key as it is known now, without asking anybody. */
  peek(kid: string): SigningKey | undefined {
    return this.#tenant.get(kid) ?? this.#application?.get(kid);
  }

  /**
   * The key named `kid`, asking the identity platform when it is not known; `undefined` when it is not published.
   *
   * That is only known from key sets fetched after the key was first asked for, and while many tokens name unknown
   * keys, the next look-up has to wait. A token that a published key verifies cannot gain from it, and is decided at
   * once: it names another key than the one it is signed with.
   *
   * @param isSignedBy whether a key verifies the token. Default: none does
   * @throws IdentityPlatformUnavailableError when it cannot be decided
   */
  async find(kid: string, isSignedBy: SignatureCheck = () => false): Promise<SigningKey | undefined> {
    const known = this.peek(kid);
    if (known) {
      this.keepFresh();
      return known;
    }
    const begun = this.#begun;
    const asked = this.#unknown.firstAsked(kid, begun);
    if (!this.#tenant.isTrusted) await this.refresh();
    else this.keepFresh();
    // A key that the last fetch withdrew is known to be gone.
    const isGone = asked === WITHDRAWN && this.#tenant.ageMs < COOLDOWN_MS;
    if (!this.peek(kid) && !isGone) await this.lookUp(kid, begun, isSignedBy);
    const found = this.peek(kid);
    if (found) this.#unknown.forget(kid);
    else if (!this.isDecided(kid, asked, isSignedBy)) throw this.undecided(kid);
    return found;
  }

  /** Starts a renewal in the background when the keys have grown old; nobody waits for it, the old ones serve. */
  keepFresh(ageMs = this.#tenant.ageMs): void {
    if (ageMs > REFRESH_AFTER_MS) this.refresh().catch(() => undefined);
  }

  /** Fetches the key set, unless that was tried a moment ago; joins a renewal in flight. */
  async refresh(): Promise<void> {
    const cooldown = this.#tenant.isTrusted ? COOLDOWN_MS : COLD_COOLDOWN_MS;
    if (!this.#renewal && elapsedSince(this.#triedAt) < cooldown) {
      if (this.#tenant.failure) throw this.#tenant.failure;
      return;
    }
    this.#triedAt = monotonicMs();
    this.#renewal ??= this.renew().finally(() => (this.#renewal = undefined));
    await this.#renewal;
  }

  private async renew(): Promise<void> {
    await this.fetch(this.#tenant);
    // Most applications have no key of their own, and nothing is asked for.
    if (this.#application?.size) await this.fetch(this.#application);
  }

  /** Looks up a key that is not known, unless that was done a moment ago; joins a look-up in flight. */
  private async lookUp(kid: string, begun: number, isSignedBy: SignatureCheck): Promise<void> {
    if (!this.#lookUp) {
      if (elapsedSince(this.#lookedUpAt) < COOLDOWN_MS) return;
      this.#lookedUpAt = monotonicMs();
      this.#trials = 0;
      this.#isUndecidedLogged = false;
    }
    this.#lookUp ??= this.lookUpIn(kid, begun, isSignedBy).finally(() => (this.#lookUp = undefined));
    await this.#lookUp;
  }

  private async lookUpIn(kid: string, begun: number, isSignedBy: SignatureCheck): Promise<void> {
    // The renewal that this very request waited for need not be repeated.
    if (this.#tenant.order <= begun) await this.fetch(this.#tenant);
    if (!this.#application || this.peek(kid) || this.#tenant.lists(kid) || this.isMisnamed(isSignedBy))
      return;
    await this.fetch(this.#application);
  }

  /** Whether it is known of an unknown key that it is not published. @param asked when it was asked for first */
  private isDecided(kid: string, asked: number, isSignedBy: SignatureCheck): boolean {
    const sets = this.#application ? [this.#tenant, this.#application] : [this.#tenant];
    return (
      sets.every(({ order }) => order > asked) ||
      sets.some((set) => set.lists(kid)) ||
      this.isMisnamed(isSignedBy)
    );
  }

  private isMisnamed(isSignedBy: SignatureCheck): boolean {
    for (const set of [this.#tenant, this.#application]) {
      for (const { key } of set?.keys ?? []) {
        if (this.#trials >= MAX_TRIALS) return false;
        this.#trials++;
        if (isSignedBy(key)) return true;
      }
    }
    return false;
  }

  private undecided(kid: string): IdentityPlatformUnavailableError {
    const failure = this.#tenant.failure ?? this.#application?.failure;
    if (failure) return failure;
    const seconds = Math.ceil((COOLDOWN_MS - Math.min(elapsedSince(this.#lookedUpAt), COOLDOWN_MS)) / 1000);
    const reason = `The token is signed with key ${quoteForLog(kid)}, which is not known, and the keys were fetched a moment ago`;
    if (!this.#isUndecidedLogged) this.#logger.warn(`503: ${reason}; the next look-up is in ${seconds} s`);
    this.#isUndecidedLogged = true;
    return new IdentityPlatformUnavailableError(reason, { retryAfterSeconds: seconds });
  }

  private async fetch(set: KeySet): Promise<void> {
    try {
      const withdrawn = await set.fetch(this.#client, ++this.#begun);
      for (const kid of withdrawn) this.#unknown.withdraw(kid);
    } catch (error) {
      this.#logger.warn(
        `No signing keys from ${set.url}: ${(error as IdentityPlatformUnavailableError).reason}`,
      );
      throw error;
    }
  }
}
