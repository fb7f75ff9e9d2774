import type { Assertion } from '../caller/assertion.js';

/** One exchange on behalf of a user (Microsoft identity platform, "OAuth 2.0 On-Behalf-Of flow"). */
export interface TokenExchange {
  readonly assertion: Assertion;
  /** Grant type of the assertion. Default: that of JSON Web Tokens. */
  readonly assertionType?: string;
  /** The caller's own tenant, a GUID; never `common`. */
  readonly tenantId: string;
  /** Scopes of one resource, as written. */
  readonly scopes: readonly string[];
  /** Claims request of an earlier challenge, JSON. */
  readonly claims?: string;
  /** Sent as `client-request-id`, a GUID. */
  readonly correlationId: string;
}

/** A token for the application itself (RFC 6749 section 4.4). */
export interface AppTokenRequest {
  /** A concrete tenant: GUID or domain. */
  readonly tenantId: string;
  /** `{resource}/.default`. */
  readonly scope: string;
  readonly claims?: string;
  readonly correlationId: string;
}

/** What came back. */
export interface ExchangedToken {
  readonly accessToken: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** From when on the identity platform would like it to be renewed, milliseconds since 1970. */
  readonly refreshAt?: number;
  /** The scopes granted, in the form the identity platform gave them. */
  readonly scopes: readonly string[];
}

/** The port to the protocol: turns an assertion or the API's own credential into a token, keeps nothing. */
export interface TokenExchangeEngine {
  /** @throws TokenAcquisitionError */
  exchange(request: TokenExchange): Promise<ExchangedToken>;
  /** @throws TokenAcquisitionError */
  acquireForApp(request: AppTokenRequest): Promise<ExchangedToken>;
}

/** Injection token of the {@link TokenExchangeEngine}. */
export const TOKEN_EXCHANGE_ENGINE = Symbol('nestjs-entra:token-exchange-engine');
