/** Which conditional access policies the sign-in behind a token satisfied. Entra keeps that with the session. */
export class SignIns {
  /** `uti` of the token → policy ids */
  readonly #satisfied = new Map<string, ReadonlySet<string>>();

  /** `uti` of the token → milliseconds since 1970: tokens themselves are dated back by minutes. */
  readonly #issuedAt = new Map<string, number>();

  /** Remembers when the token with this `uti` was issued, and what the sign-in behind it satisfied. */
  record(uti: string, policyIds: Iterable<string>, issuedAt: number): void {
    this.#issuedAt.set(uti, issuedAt);
    const ids = new Set([...policyIds].map((id) => id.toLowerCase()));
    if (ids.size > 0) {
      this.#satisfied.set(uti, ids);
    }
  }

  /** The policies satisfied by the sign-in behind the token with this `uti`. */
  satisfiedBy(uti: unknown): ReadonlySet<string> {
    return (typeof uti === 'string' ? this.#satisfied.get(uti) : undefined) ?? new Set();
  }

  /** When the token with this `uti` was issued, in milliseconds since 1970. */
  issuedAt(uti: unknown): number | undefined {
    return typeof uti === 'string' ? this.#issuedAt.get(uti) : undefined;
  }
}
