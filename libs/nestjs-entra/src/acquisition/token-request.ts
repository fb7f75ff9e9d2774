import type { Assertion } from '../caller/assertion.js';
import type { ExchangedToken } from './token-exchange-engine.js';

/** One token that is wanted: whose it is, what it is for, and how it is got. */
export interface TokenRequest {
  /** Key in memory: assertion, tenant, resource, and the claims it is acquired with. */
  readonly key: string;
  /** Who waits when the identity platform says so: one assertion, or the application itself, at one tenant. */
  readonly holder: string;
  /** Scopes as written, for the log. */
  readonly scopes: readonly string[];
  /** The same without resource and in lower case. */
  readonly names: ReadonlySet<string>;
  readonly tenantId: string;
  /** Object id of the user; empty for the application itself. */
  readonly userId: string;
  /** Id of the assertion; empty for the application itself. */
  readonly assertionId: string;
  /** Milliseconds since 1970; `Infinity` for the application itself. */
  readonly assertionExpiresAt: number;
  /** What seals its record in a store; `undefined` for the application itself. */
  readonly assertion?: Assertion | undefined;
  /** Gets the token, for `scopes` or for those of the token that is to be renewed. */
  readonly exchange: (scopes: readonly string[], correlationId: string) => Promise<ExchangedToken>;
}
