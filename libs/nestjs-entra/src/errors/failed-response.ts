import type { EntraAuthError } from './entra-auth.error.js';
import { errorHeaders, EXPOSE_HEADERS, exposing } from './error-headers.js';
import type { ChallengeParameters } from './challenge.js';
import { isUnstorable, noStore } from './response-caching.js';

/** As much of Node's response as is needed. */
interface NodeResponse {
  writeHead(status: number, ...more: unknown[]): unknown;
  getHeader(name: string): unknown;
  setHeader(name: string, value: unknown): unknown;
}

interface Failure {
  error: EntraAuthError;
  parameters: ChallengeParameters;
}

const FAILURE = Symbol('nestjs-entra:failure');

/**
 * Lets the answer to a request carry the headers of the error that it ended in, whoever writes the answer: a
 * filter of the application knows nothing of `WWW-Authenticate` and `Retry-After`, and a 401 without the first is
 * one that no client can resolve (RFC 9110 section 15.5.2).
 *
 * The headers join when the answer is written with the status of the error. A handler that goes on without what
 * failed, and answers something else, sends none of them. A header that is set already stays, except for a
 * `Cache-Control` that would let somebody store a 401, 403 or 503.
 *
 * @param response Node's response, or Fastify's reply
 */
export function carryErrorHeaders(
  response: object,
  error: EntraAuthError,
  parameters: ChallengeParameters,
): void {
  const isStored = !isUnstorable(error.getStatus());
  if (isStored && !error.challenge && error.retryAfterSeconds === undefined) return;
  const node = nodeResponse(response);
  if (!node) return;
  const last = node[FAILURE];
  if (last) {
    Object.assign(last, { error, parameters });
    return;
  }
  const failure: Failure = { error, parameters };
  Object.defineProperty(node, FAILURE, { value: failure, enumerable: false });
  const writeHead = node.writeHead.bind(node);
  node.writeHead = (status, ...more) =>
    writeHead(status, ...(status === failure.error.getStatus() ? joined(node, failure, more) : more));
}

/** Sets the headers of the error beside those that come with `writeHead()`; gives what is left for it. */
function joined(response: NodeResponse, { error, parameters }: Failure, more: unknown[]): unknown[] {
  const given = more.at(-1);
  const isHeaders = typeof given === 'object' && given !== null && !Array.isArray(given);
  // As Node does by itself where some headers were set before.
  if (isHeaders) for (const [name, value] of Object.entries(given)) response.setHeader(name, value);
  const headers = errorHeaders(error, parameters);
  for (const [name, value] of headers) {
    if (response.getHeader(name) === undefined) response.setHeader(name, value);
  }
  if (headers.length > 0) {
    const names = headers.map(([name]) => name);
    response.setHeader(EXPOSE_HEADERS, exposing(names, response.getHeader(EXPOSE_HEADERS)));
  }
  if (isUnstorable(error.getStatus())) {
    response.setHeader('Cache-Control', noStore(response.getHeader('Cache-Control')));
  }
  return isHeaders ? more.slice(0, -1) : more;
}

function nodeResponse(response: object): (NodeResponse & { [FAILURE]?: Failure }) | undefined {
  const node: unknown = 'raw' in response ? response.raw : response;
  return typeof node === 'object' && node !== null && 'writeHead' in node && 'setHeader' in node
    ? (node as NodeResponse)
    : undefined;
}
