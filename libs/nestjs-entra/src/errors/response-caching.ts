const CACHE_CONTROL = 'Cache-Control';
const NO_STORE = 'no-store';

/** As much of Node's response as is needed, or of Fastify's reply. */
interface CachedResponse {
  readonly raw?: CachedResponse;
  readonly headersSent?: boolean;
  getHeader?(name: string): unknown;
  setHeader?(name: string, value: string): unknown;
  /** Fastify's own setter; its headers take precedence over those of Node's response. */
  header?(name: string, value: string): unknown;
  writeHead?(status: number, ...more: unknown[]): unknown;
}

const DEFAULT = Symbol('nestjs-entra:cache-control');
const WRITE_HEAD = Symbol('nestjs-entra:write-head');

type RestrictedResponse = Required<CachedResponse> & {
  [DEFAULT]?: string;
  [WRITE_HEAD]?: RestrictedResponse['writeHead'];
};

/**
 * Keeps caches from serving the response of one caller to another: sets `Cache-Control` and adds `Authorization` to
 * `Vary` (RFC 9111 sections 3.5 and 4.1), unless the application has set `Cache-Control`. The headers are set before
 * the handler runs, so whatever the application sets afterwards replaces them.
 *
 * @param response Node's response or Fastify's reply
 */
export function restrictCaching(response: object, cacheControl: string): void {
  const node = writable(response);
  if (!node || known(response, CACHE_CONTROL) !== undefined) return;
  // On Node's response: a Fastify handler that writes to `reply.raw` sends none of the headers of its reply.
  node.setHeader(CACHE_CONTROL, cacheControl);
  varyBy(response, node);
  if (node[DEFAULT] !== undefined) return;
  node[DEFAULT] = cacheControl;
  node[WRITE_HEAD] = node.writeHead;
  // One function for all responses: a closure for each would cost every request.
  node.writeHead = writeHeadOfRejection;
}

/** Adds `Authorization` to `Vary`: what a route returns depends on whether somebody presents a token. */
export function varyByCaller(response: object): void {
  const node = writable(response);
  if (node) varyBy(response, node);
}

/** Whether a response with this status must not be stored at all: it says who may do what. */
export function isUnstorable(status: number): boolean {
  return status === 401 || status === 403 || status === 503;
}

/** The value of `Cache-Control` for such a response. @param before the value that is set already */
export function noStore(before: unknown): string {
  return typeof before === 'string' && before.toLowerCase().includes(NO_STORE) ? before : NO_STORE;
}

/** Replaces the default by `no-store` when the response turns out to be a rejection, whoever wrote it. */
function writeHeadOfRejection(this: RestrictedResponse, status: number, ...more: unknown[]): unknown {
  if (isUnstorable(status) && this.getHeader(CACHE_CONTROL) === this[DEFAULT]) {
    this.setHeader(CACHE_CONTROL, NO_STORE);
  }
  return this[WRITE_HEAD]?.call(this, status, ...more);
}

function varyBy(response: CachedResponse, node: RestrictedResponse): void {
  const before = known(response, 'Vary');
  if (before === undefined) {
    node.setHeader('Vary', 'Authorization');
    return;
  }
  const names = Array.isArray(before) ? before.map(String).join(', ') : String(before as string);
  if (names.split(',').some((name) => ['authorization', '*'].includes(name.trim().toLowerCase()))) return;
  const value = names.trim() === '' ? 'Authorization' : `${names}, Authorization`;
  if (response !== node && response.header) response.header('Vary', value);
  else node.setHeader('Vary', value);
}

/** The value of a header, set on the reply of Fastify or on Node's response. */
function known(response: CachedResponse, name: string): unknown {
  return response.getHeader?.(name);
}

/** Node's response while its headers can be changed. Responses of some serverless adapters have none of this. */
function writable(response: CachedResponse): RestrictedResponse | undefined {
  const node = response.raw ?? response;
  if (node.headersSent === true || !node.setHeader || !node.getHeader || !node.writeHead) return undefined;
  return node as RestrictedResponse;
}
