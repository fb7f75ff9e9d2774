import type { EntraUser } from './entra-user.js';

/** One thing that happened to a request on its way through the stations. */
export type TokenFlowStep =
  | { readonly kind: 'public_route' }
  /** `keyId` where the signature was checked; absent for a token that passed before. */
  | { readonly kind: 'token_accepted'; readonly user: EntraUser; readonly keyId?: string }
  | { readonly kind: 'caller_authorized' }
  | { readonly kind: 'memory_hit'; readonly scopes: readonly string[]; readonly expiresAt: number }
  | { readonly kind: 'memory_miss'; readonly scopes: readonly string[] }
  | { readonly kind: 'exchange_joined'; readonly scopes: readonly string[] }
  | {
      readonly kind: 'exchange_started';
      readonly scopes: readonly string[];
      readonly tenantId: string;
      readonly correlationId: string;
    }
  | {
      readonly kind: 'exchange_finished';
      readonly scopes: readonly string[];
      readonly expiresAt: number;
      readonly correlationId: string;
    }
  | { readonly kind: 'exchange_failed'; readonly error: unknown; readonly correlationId: string }
  | { readonly kind: 'renewal_started'; readonly scopes: readonly string[] }
  | { readonly kind: 'failure_remembered'; readonly error: unknown }
  | {
      readonly kind: 'token_obtained';
      readonly scopes: readonly string[];
      readonly source: 'store' | 'identity-platform';
    }
  | {
      readonly kind: 'downstream_called';
      readonly api: string;
      readonly method: string;
      /** Address without the query. */
      readonly to: string;
    }
  /** `status` is `undefined` when no answer came. */
  | {
      readonly kind: 'downstream_answered';
      readonly api: string;
      readonly status: number | undefined;
      readonly durationMs: number;
    }
  | { readonly kind: 'failed'; readonly error: unknown };

/**
 * Is told what happens to requests. It belongs to one application, and must neither throw nor hold up. Nothing that
 * it is told contains a token, an assertion or a secret.
 */
export interface TokenFlowObserver {
  /** A request came in. With several modules in one application it is told once for each. */
  opened(request: object, response: object | undefined): void;
  /** @param request the framework's request object, as in `opened()` */
  step(request: object, step: TokenFlowStep): void;
}

/** Takes what happens to the current request. */
export interface TokenFlow {
  step(step: TokenFlowStep): void;
}
