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
}

type WritableResponse = Required<Pick<CachedResponse, 'getHeader' | 'setHeader'>>;

/**
 * Keeps caches from serving the response of one caller to another: sets `Cache-Control` and adds `Authorization` to
 * `Vary` (RFC 9111 sections 3.5 and 4.1), unless the application has set `Cache-Control`. The headers are set before
 * the handler runs, so whatever the application sets afterwards replaces them. Nothing else is put on the response:
 * Express gives each a prototype of its own, and then every property that is added costs microseconds.
 *
 * @param response Node's response or Fastify's reply
 */
export function restrictCaching(response: object, cacheControl: string): void {
  const node = writable(response);
  if (!node || known(response, CACHE_CONTROL) !== undefined) return;
  // On Node's response: a Fastify handler that writes to `reply.raw` sends none of the headers of its reply.
  node.setHeader(CACHE_CONTROL, cacheControl);
  varyBy(response, node);
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

/**
 * Sets `Cache-Control: no-store`, unless the application has set another value.
 *
 * @param response Node's response or Fastify's reply
 * @param cacheControl the default value, which the application did not set
 */
export function forbidStoring(response: object, cacheControl: string): void {
  const node = writable(response);
  if (!node) return;
  const before = known(response, CACHE_CONTROL);
  if (before === undefined || before === cacheControl) node.setHeader(CACHE_CONTROL, NO_STORE);
}

function varyBy(response: CachedResponse, node: WritableResponse): void {
  const before = known(response, 'Vary');
  if (before === undefined) {
    node.setHeader('Vary', 'Authorization');
    return;
  }
  const names = Array.isArray(before) ? before.map(String).join(', ') : String(before as string);
  if (names.split(',').some((name) => ['authorization', '*'].includes(name.trim().toLowerCase()))) return;
  const value = names.trim() === '' ? 'Authorization' : `${names}, Authorization`;
  if (response.raw && response.header) response.header('Vary', value);
  else node.setHeader('Vary', value);
}

/** The value of a header, set on the reply of Fastify or on Node's response. */
function known(response: CachedResponse, name: string): unknown {
  return response.getHeader?.(name);
}

/** Node's response while its headers can be changed. Responses of some serverless adapters have none of this. */
function writable(response: CachedResponse): WritableResponse | undefined {
  const node = response.raw ?? response;
  if (node.headersSent === true || !node.setHeader || !node.getHeader) return undefined;
  return node as WritableResponse;
}
