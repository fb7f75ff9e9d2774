import { OutgoingMessage } from 'node:http';
import { Socket } from 'node:net';

/**
 * How a request ended: its response has been sent (`'sent'`), or the connection or stream that it was to be sent on
 * is gone (`'closed'`).
 */
export type RequestEnd = 'sent' | 'closed';

const END = Symbol('nestjs-entra:end');
const ENDED = Symbol('nestjs-entra:ended');

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
  readonly socket?: unknown;
  readonly [ENDED]?: true;
  /** The stream of an HTTP/2 response. */
  readonly stream?: EndingStream;
}

type TrackedEnd = (...given: unknown[]) => unknown;

/** A response whose `end()` was replaced by one that notes the call. */
interface TrackedResponse extends Omit<EndingResponse, 'end' | typeof ENDED> {
  [END]?: TrackedEnd;
  [ENDED]?: true;
  end?: unknown;
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
    if (raw.writableEnded === true || raw.finished === true || raw[ENDED] === true) return 'sent';
    if (raw.destroyed === true) return 'closed';
    const { stream } = raw;
    // The socket of an HTTP/2 request is a proxy for its stream, made when it is asked for.
    if (stream !== undefined) return stream.destroyed === true ? 'closed' : undefined;
  }
  // A response that waits behind others of its connection (HTTP/1.1 pipelining) has no socket yet; its request does.
  return (request as EndingRequest).socket?.destroyed === true ? 'closed' : undefined;
}

/** Node's own `end()`, after which `writableEnded` is `true`. */
const NODE_END: unknown = Reflect.get(OutgoingMessage.prototype, 'end');

/**
 * Notes when a response is ended that does not tell in time, as those of serverless adapters. One with an `end()` of its
 * own may have no field that tells, or inherit one from Node's response that stays `false`. One that writes into
 * something else than a socket may call the listeners of `finish` before Node's `end()` has set its fields.
 */
export function trackEnd(response: object): void {
  const { raw = response as EndingResponse }: EndingResponse = response;
  if (raw.stream !== undefined || typeof raw.end !== 'function') return;
  // A response that waits behind others of its connection has no socket yet, which is one of Node's.
  if (raw.end === NODE_END && (!raw.socket || raw.socket instanceof Socket)) return;
  const tracked: TrackedResponse = raw;
  if (tracked[END] !== undefined) return;
  tracked[END] = raw.end as TrackedEnd;
  tracked.end = endTracked;
}

function endTracked(this: TrackedResponse, ...given: unknown[]): unknown {
  this[ENDED] = true;
  return this[END]?.apply(this, given);
}
