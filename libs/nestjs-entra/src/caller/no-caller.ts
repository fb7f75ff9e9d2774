import { NoUserAssertionError } from '../errors/acquisition.errors.js';
import type { RequestEnd } from './request-end.js';

const HAND_OVER =
  'The request context ends with the response. For work that goes on, read the access token while the request is running and pass it to acquireTokenOnBehalfOf().';

/** The error for code of a request that has ended. */
export function endedRequest(end: RequestEnd): NoUserAssertionError {
  return end === 'sent'
    ? new NoUserAssertionError(
        `The caller was asked for after the response of the request had been sent. ${HAND_OVER}`,
      )
    : new NoUserAssertionError(
        `The caller was asked for after the connection of the request had been closed. ${HAND_OVER}`,
        { isConnectionClosed: true },
      );
}

/** The error for code that does not run in the asynchronous context of its request. */
export function lostContext(): NoUserAssertionError {
  return new NoUserAssertionError(
    'The request is not in its own asynchronous context: a middleware lost it, or this is no HTTP request. Let the middleware call next() through AsyncResource.bind().',
  );
}
