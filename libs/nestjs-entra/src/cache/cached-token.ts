/** A token as it is remembered. It repeats whose it is, and that is compared on the way out. */
export interface CachedToken {
  readonly accessToken: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** From here on the token is not served any more: its expiry less the buffer, or the end of the assertion. */
  readonly serveUntil: number;
  /** From here on it is renewed in the background, milliseconds since 1970; `Infinity` for never. */
  readonly refreshAt: number;
  /** Taken when its times were learned: compare them with `laterTime(clockAnchor)`, which uses both clocks. */
  readonly clockAnchor: number;
  /** Scopes asked for, as they were written; a renewal asks for them again. */
  readonly requested: readonly string[];
  /** Scopes granted, as the identity platform wrote them. */
  readonly scopes: readonly string[];
  /** Names of the scopes it serves, in lower case: those asked for and those granted. */
  readonly names: ReadonlySet<string>;
  readonly tenantId: string;
  /** Object id of its user; empty for a token of the application itself. */
  readonly userId: string;
  /** Id of the assertion it was exchanged for; empty for a token of the application itself. */
  readonly assertionId: string;
  /** `client-request-id` of the exchange that gave it. */
  readonly correlationId: string;
}
