/** One downstream web API: where it is, and what this API may do there. */
export interface DownstreamApiOptions {
  /**
   * Base address, to which the path of each call is added: an absolute https URL without user name, query and
   * fragment, such as `https://graph.microsoft.com/v1.0`. Plain http is for loopback addresses alone.
   */
  baseUrl: string;
  /** Scopes of the API, all of one resource: `'User.Read'`, `['api://orders/Read', 'api://orders/Write']`. */
  scopes: string | readonly string[];
  /** Path of calls that name none, below `baseUrl`. Default none: the base address itself. */
  relativePath?: string;
  /** Call with the token of the application itself, unless a call says otherwise. Default `false`: with the user's. */
  requestAppToken?: boolean;
  /** Deadline of one call in milliseconds, its retries included, 100 to 600 000. Default 30 000. */
  timeoutMs?: number;
  /**
   * How often an idempotent call is repeated after a 429 or 503, 0 to 5; 0 switches it off. It waits as long as
   * `Retry-After` says, when that is within the deadline. Default 2.
   */
  retries?: number;
  /** Most bytes of an answer that is parsed, 1 024 to 1 073 741 824. Default 16 777 216 (16 MiB). */
  maxResponseBytes?: number;
  /** Replaces the global `fetch` for this API, for proxies and private certificate authorities. Default: the global `fetch`. */
  fetch?: typeof globalThis.fetch;
}

/** A downstream API as the library uses it: checked, completed, frozen. */
export interface ResolvedDownstreamApi extends Readonly<Required<DownstreamApiOptions>> {
  readonly name: string;
  readonly scopes: readonly string[];
}
