import { createHash } from 'node:crypto';
import { CredentialFault } from './credential-fault.js';
import { renewalOf, usableUntil } from './assertion-memo.js';
import type { ClientAuthentication, LoadedCredential } from './loaded-credential.js';
import { wallClockMs } from '../network/wall-clock.js';

/** When an assertion of others was issued and ends, milliseconds since 1970; `undefined` when it is no JWT with an `exp`. */
export function assertionTimes(assertion: string): { issuedAt?: number; expiresAt: number } | undefined {
  const payload = /^[\w-]+\.([\w-]+)\.[\w-]+$/.exec(assertion)?.[1];
  if (payload === undefined) return undefined;
  try {
    const { exp, iat } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
    if (typeof exp !== 'number' || !Number.isFinite(exp)) return undefined;
    return {
      expiresAt: exp * 1000,
      ...(typeof iat === 'number' && iat < exp && { issuedAt: iat * 1000 }),
    };
  } catch {
    return undefined; // No JSON, and so no JWT.
  }
}

/** An assertion that somebody else signed, for every token endpoint alike (RFC 7523 section 2.2). */
export class SignedAssertion implements LoadedCredential {
  readonly id: string;
  readonly renewAt: number;
  readonly expiresAt: number;
  // Private to the language: no log of what holds it shows it.
  readonly #assertion: string;

  /** @throws CredentialFault when it has expired */
  constructor(assertion: string, { issuedAt, expiresAt }: { issuedAt?: number; expiresAt: number }) {
    const times = { madeAt: issuedAt ?? wallClockMs(), expiresAt };
    if (wallClockMs() >= expiresAt) {
      throw new CredentialFault(
        `holds an assertion that expired on ${new Date(expiresAt).toISOString()}; find out why it is not renewed.`,
        { isTemporary: true },
      );
    }
    this.#assertion = assertion;
    this.id = createHash('sha256').update(assertion).digest('base64url');
    this.renewAt = renewalOf(times);
    this.expiresAt = usableUntil(times);
  }

  async authenticate(): Promise<ClientAuthentication> {
    return { clientAssertion: this.#assertion };
  }
}
