/** Which conditional access policies the sign-in behind a token satisfied. Entra keeps that with the session. */
export class SignIns {
  /** `uti` of the token → policy ids */
  readonly #satisfied = new Map<string, ReadonlySet<string>>();

  /** Remembers what the sign-in behind the token with this `uti` satisfied. */
  record(uti: string, policyIds: Iterable<string>): void {
    const ids = new Set([...policyIds].map((id) => id.toLowerCase()));
    if (ids.size > 0) {
      this.#satisfied.set(uti, ids);
    }
  }

  /** The policies satisfied by the sign-in behind the token with this `uti`. */
  satisfiedBy(uti: unknown): ReadonlySet<string> {
    return (typeof uti === 'string' ? this.#satisfied.get(uti) : undefined) ?? new Set();
  }
}
