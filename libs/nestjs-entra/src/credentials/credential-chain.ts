import { Logger } from '@nestjs/common';
import { ClientCredentialError, IdentityPlatformUnavailableError } from '../errors/acquisition.errors.js';
import { ConfigurationError } from '../errors/configuration.error.js';
import { monotonicMs } from '../network/monotonic-clock.js';
import { CertificateExpiryWatch } from './certificate-expiry-watch.js';
import type { ClientCredentialSource } from './client-credential-source.js';
import { CredentialFault } from './credential-fault.js';
import { CredentialSlot } from './credential-slot.js';
import { credentialStatuses, type CredentialStatus } from './credential-status.js';
import type {
  ClientAuthentication,
  ClientAuthenticationTarget,
  LoadedCredential,
} from './loaded-credential.js';
import { installSentence } from './optional-package.js';

/** The one that was refused, the same read anew, and the next in the list. */
const MAX_ATTEMPTS = 3;

/** What a piece of work does with a credential. */
export interface CredentialUse<T> {
  readonly target: ClientAuthenticationTarget;
  /** @param credential the same object as long as it is the same credential */
  readonly attempt: (credential: LoadedCredential, authentication: ClientAuthentication) => Promise<T>;
  /** The AADSTS number by which an error says that the credential was refused; `undefined` for every other error. */
  readonly refusal: (error: unknown) => number | undefined;
}

interface Choice {
  readonly slot: CredentialSlot;
  readonly credential: LoadedCredential;
}

/**
 * The credentials of the API in their order: the first that loads is used. One that fails or is refused stands back
 * for a while and is tried again, for as long as the application runs.
 */
export class CredentialChain {
  readonly #logger = new Logger('EntraAuth');
  readonly #slots: readonly CredentialSlot[];
  readonly #expiry: CertificateExpiryWatch;
  #isStarted = false;

  private constructor(sources: readonly ClientCredentialSource[]) {
    this.#slots = sources.map(
      (source, index) => new CredentialSlot(index, source, (slot, fault) => this.note(slot, fault)),
    );
    this.#expiry = new CertificateExpiryWatch(this.#slots);
  }

  /**
   * Loads the first credential that can be loaded.
   * @throws ConfigurationError when none loads and each is at fault itself, with the reason of each
   */
  static async start(sources: readonly ClientCredentialSource[]): Promise<CredentialChain> {
    const chain = new CredentialChain(sources);
    try {
      await chain.boot();
    } catch (error) {
      chain.onModuleDestroy();
      throw error;
    }
    return chain;
  }

  /** How each credential is doing. */
  status(): CredentialStatus[] {
    return credentialStatuses(this.#slots);
  }

  /**
   * Does something with the first credential that can be used. After a refusal it is done again with the same
   * credential read anew, if that made a difference, and then with the next in the list.
   * @throws whatever the last attempt threw; ClientCredentialError or IdentityPlatformUnavailableError when no
   *   credential can be used
   */
  async use<T>({ target, attempt, refusal }: CredentialUse<T>): Promise<T> {
    const attempts: Choice[] = [];
    let refused: unknown;
    while (attempts.length < MAX_ATTEMPTS) {
      const choice = await this.choose(attempts);
      if (!choice) break;
      attempts.push(choice);
      const { slot, credential } = choice;
      try {
        const result = await attempt(credential, await credential.authenticate(target));
        slot.accepted(credential);
        return result;
      } catch (error) {
        const isUnusable = error instanceof CredentialFault;
        const aadsts = refusal(error);
        if (!isUnusable && aadsts === undefined) throw error;
        refused = isUnusable ? this.unusable([[slot, error]]) : error;
        const what = isUnusable ? error.message : `was refused (AADSTS${aadsts}).`;
        this.#logger.warn(`${slot.name} ${what} It is loaded anew, and another is used if there is one.`);
        await slot.refused(credential);
      }
    }
    throw refused ?? this.unusable(this.faults());
  }

  /** Called by Nest. */
  onModuleDestroy(): void {
    this.#expiry.close();
  }

  private async boot(): Promise<void> {
    for (const slot of this.#slots) {
      await slot.load();
      if (slot.loaded) break;
    }
    this.#isStarted = true;
    const faults = this.faults();
    if (this.#slots.some(({ loaded }) => loaded)) {
      for (const [{ name }, { message }] of faults) {
        this.#logger.warn(`${name} ${message} The next one in the list is used.`);
      }
    } else if (faults.some(([, { isTemporary }]) => isTemporary)) {
      for (const [{ name }, { message }] of faults) {
        this.#logger.warn(`${name} ${message} It is tried again when a token is needed.`);
      }
    } else if (faults.length > 0) {
      throw new ConfigurationError(faults.map(([{ name }, { message }]) => `${name} ${message}`));
    }
    this.noteMissingPackages();
    this.#expiry.check();
  }

  /** Of the credentials that are not needed yet too: it is said at boot, and not in the night they are needed. */
  private noteMissingPackages(): void {
    for (const slot of this.#slots.filter(({ fault }) => !fault)) {
      const missing = slot.missingPackages();
      if (missing.length > 0) this.#logger.warn(`${slot.name} ${installSentence(missing)}`);
    }
  }

  /** The first that can be used; one that was refused a short while ago only where there is no other. */
  private async choose(attempts: readonly Choice[]): Promise<Choice | undefined> {
    const slots = [
      ...this.#slots.filter(({ isRefused }) => !isRefused),
      ...this.#slots.filter(({ isRefused }) => isRefused),
    ];
    for (const find of ['current', 'settled'] as const) {
      for (const slot of slots) {
        const credential = await slot[find]();
        const isNew = !attempts.some((made) => made.slot === slot && made.credential.id === credential?.id);
        if (credential && isNew) return { slot, credential };
      }
    }
    return undefined;
  }

  private faults(): [CredentialSlot, CredentialFault][] {
    return this.#slots.flatMap((slot) =>
      slot.fault ? [[slot, slot.fault] as [CredentialSlot, CredentialFault]] : [],
    );
  }

  private unusable(faults: readonly (readonly [CredentialSlot, CredentialFault])[]): Error {
    if (this.#slots.length === 0) {
      return new ClientCredentialError(
        'clientCredentials is empty, and without a credential no token can be acquired',
      );
    }
    const reasons = faults.map(([{ name }, { message }]) => `${name} ${message}`).join(' ');
    const message = `No credential of the API can be used: ${reasons}`;
    if (!faults.some(([, { isTemporary }]) => isTemporary)) return new ClientCredentialError(message);
    const retryAt = Math.min(...faults.map(([{ retryAt }]) => retryAt));
    return new IdentityPlatformUnavailableError(message, {
      retryAfterSeconds: (retryAt - monotonicMs()) / 1000,
    });
  }

  private note(slot: CredentialSlot, fault?: CredentialFault): void {
    if (!this.#isStarted) return; // The boot says it all at once.
    if (fault) this.#logger.warn(`${slot.name} ${fault.message}`);
    else this.#logger.log(`${slot.name} was loaded anew.`);
    this.#expiry.check();
  }
}
