/** How one token is acquired. */
export interface TokenAcquisitionOptions {
  /** Claims request of a challenge, JSON. A token got with it is kept apart, and serves whoever asks with the same claims. Default none. */
  claims?: string;
  /** Pass the cache and acquire a new token. Default `false`. */
  forceRefresh?: boolean;
  /** Tenant to acquire at, a GUID or domain. Default: the caller's own; the tenant of the API for app-only tokens. */
  tenantId?: string;
  /** Sent to the identity platform as `client-request-id`, a GUID. Default: a new one. */
  correlationId?: string;
  /**
   * Ends the wait: the call rejects with the signal's own reason, an `AbortError`, a `TimeoutError` or whatever was
   * given. An exchange that is under way goes on, and what it gives is kept. A signal that is aborted already
   * starts none; a token in memory is given all the same. Default none.
   */
  signal?: AbortSignal;
}

/** A token and what is known of it. */
export interface AcquiredToken {
  readonly accessToken: string;
  readonly expiresOn: Date;
  /** Scopes granted, as the identity platform wrote them. */
  readonly scopes: readonly string[];
  readonly tenantId: string;
  /** Where it came from: this process's memory, the shared store, or the identity platform. */
  readonly source: 'memory' | 'store' | 'identity-platform';
  /** `client-request-id` of the exchange that gave it: what Microsoft's support asks for. */
  readonly correlationId: string;
}
