import type { DownstreamQuery } from './downstream-url.js';
import type { DownstreamHeaders } from './outgoing-headers.js';

/** With whose token a downstream API is called. */
export type DownstreamIdentity = 'user' | 'app';

/** How one call of a downstream API is made. */
export interface DownstreamCallOptions {
  /** `'user'`: on behalf of the caller. `'app'`: as the application itself. Default: by the API's `requestAppToken`. */
  as?: DownstreamIdentity;
  /** Added to the query of the path; a list repeats its name, and `undefined` is left out. */
  query?: DownstreamQuery;
  /** Headers of the call. Credentials, `Host` and forwarding headers are refused. */
  headers?: DownstreamHeaders;
  /** Ends the call at once, its waits and its body included. The body of what `call()` gives has to be read or cancelled. */
  signal?: AbortSignal;
  /** Deadline in milliseconds, retries included, 1 to 600 000. Default: the API's. */
  timeoutMs?: number;
  /** How often an idempotent call is repeated after a 429 or 503, 0 to 5. Default: the API's. */
  retries?: number;
  /** Tenant to acquire the token at, a GUID. Default: the caller's own. */
  tenantId?: string;
}

/** A call with everything that it can have; see {@link DownstreamCallOptions}. */
export interface RawDownstreamCallOptions extends DownstreamCallOptions {
  /** Default `GET`. */
  method?: string;
  /** Text, bytes, a form or a stream is sent as it is, everything else as JSON. A stream is sent once, never again. */
  body?: unknown;
}

/** For whom a token of a downstream API is acquired; see {@link DownstreamCallOptions}. */
export type DownstreamTokenRequest = Pick<DownstreamCallOptions, 'as' | 'tenantId' | 'signal'>;
