/**
 * How a request ended: its response has been sent (`'sent'`), or the connection or stream that it was to be sent on
 * is gone (`'closed'`).
 */
export type RequestEnd = 'sent' | 'closed';

interface EndingStream {
  readonly destroyed?: unknown;
}

/** As much of Node's response as is needed. Responses of serverless adapters know only some of it. */
interface EndingResponse extends EndingStream {
  /** Node's own response, in Fastify's reply. */
  readonly raw?: EndingResponse;
  readonly writableEnded?: unknown;
  readonly finished?: unknown;
  readonly end?: unknown;
  /** The stream of an HTTP/2 response. */
  readonly stream?: EndingStream;
}

interface EndingRequest {
  readonly socket?: EndingStream | null;
}

/**
 * Whether a request has ended, and how; `undefined` while it is running. Reads state that the response has anyway: a
 * listener on each response would cost every request, and is called in the asynchronous context of whatever request
 * happens to use the connection at that moment.
 *
 * @param response Node's response or Fastify's reply; without one, as after an upgrade, the connection decides
 */
export function requestEnd(request: object, response: object | undefined): RequestEnd | undefined {
  if (response !== undefined) {
    const { raw = response as EndingResponse }: EndingResponse = response;
    if (raw.writableEnded === true || raw.finished === true) return 'sent';
    if (raw.destroyed === true) return 'closed';
    const { stream } = raw;
    // The socket of an HTTP/2 request is a proxy for its stream, made when it is asked for.
    if (stream !== undefined) return stream.destroyed === true ? 'closed' : undefined;
  }
  // A response that waits behind others of its connection (HTTP/1.1 pipelining) has no socket yet; its request does.
  return (request as EndingRequest).socket?.destroyed === true ? 'closed' : undefined;
}

/** Lets a response that does not tell whether it has ended do so, as those of some serverless adapters. */
export function trackEnd(response: object): void {
  const { raw = response as EndingResponse }: EndingResponse = response;
  if (raw.writableEnded !== undefined || raw.finished !== undefined || typeof raw.end !== 'function') return;
  const end = raw.end as (...given: unknown[]) => unknown;
  const tracked = raw as { finished?: boolean; end: unknown };
  tracked.end = function (this: unknown, ...given: unknown[]) {
    tracked.finished = true;
    return end.apply(this, given);
  };
}
