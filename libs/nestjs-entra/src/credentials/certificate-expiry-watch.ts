import { Logger } from '@nestjs/common';
import type { CredentialSlot } from './credential-slot.js';
import { wallClockMs } from '../network/wall-clock.js';

const DAY_MS = 24 * 60 * 60_000;

/** Days before its expiry on which a certificate is warned of, the last first. */
const WARNED_DAYS = [1, 7, 30] as const;

/** How often is looked. */
const INTERVAL_MS = 60 * 60_000;

/** Warns in the log before the certificates of the list expire: 30, 7 and 1 days before, each once. */
export class CertificateExpiryWatch {
  readonly #logger = new Logger('EntraAuth');
  /** The last warning of each certificate, by thumbprint. */
  readonly #warned = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;

  constructor(private readonly slots: readonly CredentialSlot[]) {
    this.#timer = setInterval(() => this.check(), INTERVAL_MS).unref();
  }

  /** Warns of what is due. */
  check(): void {
    const now = wallClockMs();
    const certificates = this.slots.flatMap(({ name, loaded }) =>
      loaded?.certificate ? [{ name, ...loaded.certificate }] : [],
    );
    for (const { name, thumbprint, notAfter } of certificates) {
      const days = WARNED_DAYS.find((limit) => notAfter - now <= limit * DAY_MS);
      if (days === undefined || (this.#warned.get(thumbprint) ?? Infinity) <= days) continue;
      this.#warned.set(thumbprint, days);
      const left = Math.max(0, Math.floor((notAfter - now) / DAY_MS));
      this.#logger.warn(
        `${name} is a certificate that expires on ${new Date(notAfter).toISOString()}, in ${left === 1 ? '1 day' : `${left} days`} (thumbprint ${thumbprint}); renew it and register the new one with the application.`,
      );
    }
    for (const known of this.#warned.keys()) {
      if (!certificates.some(({ thumbprint }) => thumbprint === known)) this.#warned.delete(known);
    }
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
