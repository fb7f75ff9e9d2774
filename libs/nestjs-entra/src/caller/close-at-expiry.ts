import type { Duplex } from 'node:stream';
import type { RequestScope } from './request-scope.js';
import { wallClockMs } from '../network/wall-clock.js';

/** Timers of Node count no further. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** A client that reads nothing does not get the close frame, and is cut off after this. */
const CLOSE_TIMEOUT_MS = 1_000;

/** Private use range of RFC 6455 section 7.4.2: the socket needs a new access token. */
const CLOSE_CODE = 4401;
const REASON = 'token_expired';

interface UpgradedRequest {
  readonly headers?: { readonly upgrade?: string };
  readonly socket?: Duplex | null;
}

const WATCHED = Symbol('nestjs-entra:closed-at-expiry');

/**
 * Closes the socket of an upgraded request once the access token that opened it has expired. What runs on it, such as
 * a GraphQL subscription, does not ask a guard again; closing the socket ends it.
 *
 * @param expiresAt milliseconds since 1970
 */
export function closeAtExpiry(scope: RequestScope & { [WATCHED]?: true }, expiresAt: number): void {
  const { socket, headers }: UpgradedRequest = scope.request;
  if (!socket || scope[WATCHED]) return;
  scope[WATCHED] = true;
  const isWebSocket = headers?.upgrade?.toLowerCase() === 'websocket';
  const close = () => {
    scope.caller = undefined;
    if (isWebSocket) socket.write(closeFrame());
    socket.end(() => socket.destroy());
    setTimeout(() => socket.destroy(), CLOSE_TIMEOUT_MS).unref();
  };
  const timer = setTimeout(close, Math.min(Math.max(0, expiresAt - wallClockMs()), MAX_DELAY_MS)).unref();
  socket.once('close', () => clearTimeout(timer));
}

/** An unmasked frame of RFC 6455 section 5.5.1, as servers send them. */
function closeFrame(): Buffer {
  const frame = Buffer.alloc(4 + REASON.length);
  frame.writeUInt8(0x88, 0);
  frame.writeUInt8(2 + REASON.length, 1);
  frame.writeUInt16BE(CLOSE_CODE, 2);
  frame.write(REASON, 4, 'ascii');
  return frame;
}
