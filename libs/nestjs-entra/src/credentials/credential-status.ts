import type { ClientCredential } from '../options/client-credential.js';
import type { CredentialSlot } from './credential-slot.js';
import { wallClockMs } from '../network/wall-clock.js';

const DAY_MS = 24 * 60 * 60_000;

/** How one credential of the list is doing: for health checks and metrics. Nothing secret. */
export interface CredentialStatus {
  /** Place in `clientCredentials`. */
  readonly index: number;
  readonly sourceType: ClientCredential['sourceType'];
  /** `ready`, `refused` by the identity platform a short while ago, `failed` to load, or `untried`, for one before it serves. */
  readonly state: 'ready' | 'refused' | 'failed' | 'untried';
  /** Whether it is the one that is used. */
  readonly isInUse: boolean;
  readonly certificate?: {
    /** SHA-256 in hexadecimal. */
    readonly thumbprint: string;
    readonly expiresOn: Date;
    /** Days until then, with fractions; negative when it has expired. */
    readonly daysToExpiry: number;
  };
  /** Why it did not load, in a sentence. */
  readonly fault?: string;
}

/** The status of each place in the list. */
export function credentialStatuses(
  slots: readonly CredentialSlot[],
  now = wallClockMs(),
): CredentialStatus[] {
  const inUse = slots.find((slot) => stateOf(slot) === 'ready') ?? slots.find(({ loaded }) => loaded);
  return slots.map((slot) => {
    const { index, sourceType, loaded, fault } = slot;
    const certificate = loaded?.certificate;
    return {
      index,
      sourceType,
      state: stateOf(slot),
      isInUse: slot === inUse,
      ...(certificate && {
        certificate: {
          thumbprint: certificate.thumbprint,
          expiresOn: new Date(certificate.notAfter),
          daysToExpiry: (certificate.notAfter - now) / DAY_MS,
        },
      }),
      ...(fault && { fault: `${slot.name} ${fault.message}` }),
    };
  });
}

function stateOf({ loaded, fault, isRefused }: CredentialSlot): CredentialStatus['state'] {
  if (isRefused) return 'refused';
  if (loaded) return 'ready';
  return fault ? 'failed' : 'untried';
}
