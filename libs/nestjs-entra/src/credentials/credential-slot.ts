import { clockAnchor, laterTime } from '../network/clock-anchor.js';
import { elapsedSince } from '../network/elapsed-since.js';
import { monotonicMs } from '../network/monotonic-clock.js';
import type { ClientCredential } from '../options/client-credential.js';
import type { ClientCredentialSource } from './client-credential-source.js';
import { CredentialFault } from './credential-fault.js';
import type { LoadedCredential } from './loaded-credential.js';

/** How long a credential that was refused, or did not load over the network, is left alone. */
export const COOL_DOWN_MS = 60_000;

/** How often files are looked at: for a change, and again when they could not be used. */
const CHECK_INTERVAL_MS = 5_000;

/** A source over the network is not asked again sooner than this, whoever refuses what it gave. */
const REMOTE_INTERVAL_MS = 10_000;

/** One place in the list: a source, what it gave last, and when it is asked again. */
export class CredentialSlot {
  readonly sourceType: ClientCredential['sourceType'];
  /** How the place is called in texts. */
  readonly name: string;
  // Private to the language: no log of what holds the slot shows a secret or a key.
  readonly #source: ClientCredentialSource;
  #loaded: LoadedCredential | undefined;
  #clockAnchor = 0;
  #fault: CredentialFault | undefined;
  // Times of the monotonic clock.
  #renewAt = Infinity;
  #checkAt = -Infinity;
  #retryAt = -Infinity;
  #askedAt = -Infinity;
  #refusedUntil = -Infinity;
  #loading: Promise<void> | undefined;

  /** @param onChange told of a new fault, and of a credential that loads after one or in place of another */
  constructor(
    readonly index: number,
    source: ClientCredentialSource,
    private readonly onChange: (slot: CredentialSlot, fault?: CredentialFault) => void = () => undefined,
  ) {
    this.#source = source;
    this.sourceType = source.sourceType;
    this.name = `clientCredentials[${index}] (${source.sourceType})`;
  }

  /** What was loaded last, as long as it can be used. */
  get loaded(): LoadedCredential | undefined {
    const { expiresAt = Infinity } = this.#loaded ?? {};
    return laterTime(this.#clockAnchor) < expiresAt ? this.#loaded : undefined;
  }

  /** Why the last load failed; `undefined` when it did not. */
  get fault(): CredentialFault | undefined {
    return this.#fault;
  }

  /** When it is tried again after a fault, a time of `monotonicMs()`. */
  get retryAt(): number {
    return this.#retryAt;
  }

  /** Whether it was refused a short while ago. */
  get isRefused(): boolean {
    return monotonicMs() < this.#refusedUntil;
  }

  missingPackages(): readonly string[] {
    return this.#source.missingPackages?.() ?? [];
  }

  /** The credential as it is now. What is near is read again if it is due; what is remote is begun to be fetched. */
  async current(): Promise<LoadedCredential | undefined> {
    const now = monotonicMs();
    const isUsable = this.loaded !== undefined;
    if (isUsable && this.#source.hasChanged) {
      if (now < this.#checkAt) return this.loaded;
      this.#checkAt = now + CHECK_INTERVAL_MS;
      if (await this.#source.hasChanged()) await this.load();
    } else if (now >= this.#retryAt && (!isUsable || now >= this.#renewAt)) {
      const loading = this.load();
      if (!this.#source.isRemote) await loading;
    }
    return this.loaded;
  }

  /** The credential once the load that is under way has ended. */
  async settled(): Promise<LoadedCredential | undefined> {
    await this.#loading;
    return this.loaded;
  }

  /** Loads it, joining a load that is under way. It never throws: what went wrong is {@link fault}. */
  load(): Promise<void> {
    this.#loading ??= this.ask().finally(() => (this.#loading = undefined));
    return this.#loading;
  }

  /** The credential was refused, or could not be shown: it is loaded anew, and left alone unless it has changed. */
  async refused(credential: LoadedCredential): Promise<void> {
    if (this.#loaded !== credential) return; // It has been replaced meanwhile.
    if (!this.#source.isRemote || elapsedSince(this.#askedAt) >= REMOTE_INTERVAL_MS) {
      await this.#loading;
      if (this.#loaded === credential) await this.load();
    }
    if (this.loaded === undefined || this.loaded.id === credential.id) {
      this.#refusedUntil = monotonicMs() + COOL_DOWN_MS;
    }
  }

  /** The credential was accepted: what was refused a short while ago is refused no more. */
  accepted(credential: LoadedCredential): void {
    if (this.#loaded === credential) this.#refusedUntil = -Infinity;
  }

  private async ask(): Promise<void> {
    this.#askedAt = monotonicMs();
    try {
      const loaded = await this.#source.load();
      const isAnother = this.#loaded?.id !== loaded.id;
      // That assertions are renewed is everyday; that a certificate is another one is worth a line.
      const isRenewed = isAnother && this.#loaded?.certificate !== undefined;
      const isNews = this.#fault !== undefined || isRenewed;
      this.#loaded = loaded;
      this.#clockAnchor = clockAnchor();
      this.#fault = undefined;
      this.#renewAt = (loaded.renewAt ?? Infinity) - this.#clockAnchor;
      this.#retryAt = -Infinity;
      if (isAnother) this.#refusedUntil = -Infinity;
      this.#checkAt = monotonicMs() + CHECK_INTERVAL_MS;
      if (isNews) this.onChange(this);
    } catch (error) {
      const fault = faultOf(error);
      const isNews = this.#fault?.message !== fault.message;
      this.#fault = fault;
      this.#retryAt = monotonicMs() + (this.#source.isRemote ? COOL_DOWN_MS : CHECK_INTERVAL_MS);
      if (isNews) this.onChange(this, fault);
    }
  }
}

/** A fault of our own code is one too; its text is not known to be free of secrets, so its name has to do. */
function faultOf(error: unknown): CredentialFault {
  if (error instanceof CredentialFault) return error;
  const { name } = (error ?? {}) as Partial<Error>;
  const what = name !== undefined && /^\w{1,60}$/.test(name) ? name : 'unknown error';
  return new CredentialFault(`could not be loaded (${what}); report this as a fault of nestjs-entra.`);
}
