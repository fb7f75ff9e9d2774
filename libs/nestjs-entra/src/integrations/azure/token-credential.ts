import { ownCallOptions } from '../../own-properties.js';

/** Options of `getToken()`, as `@azure/core-auth` has them, as far as they are used. */
export interface GetTokenOptions {
  /** Ends the wait. */
  readonly abortSignal?: AbortSignalLike;
  /** Claims request of a challenge, JSON (continuous access evaluation). */
  readonly claims?: string;
  /** Tenant to acquire at. Default: the caller's own, for the application that of the API. */
  readonly tenantId?: string;
}

/** The part of `AbortSignal` that Azure's clients rely on. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
}

/** A token, as `@azure/core-auth` has it. */
export interface CredentialToken {
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly expiresOnTimestamp: number;
}

/** How a token is acquired; part of `TokenAcquisitionOptions`. */
export interface CredentialTokenOptions {
  readonly claims?: string;
  readonly tenantId?: string;
  readonly signal?: AbortSignal;
}

/** The options of this library that those of Azure's clients stand for. */
export function credentialTokenOptions(options: GetTokenOptions | undefined): CredentialTokenOptions {
  const { abortSignal, claims, tenantId } = ownCallOptions(options);
  return { signal: abortSignal && signalOf(abortSignal), claims, tenantId };
}

function signalOf(like: AbortSignalLike): AbortSignal {
  if (like instanceof AbortSignal) return like;
  const abort = new AbortController();
  if (like.aborted) abort.abort();
  else like.addEventListener('abort', () => abort.abort());
  return abort.signal;
}
