import type { HttpServer } from '@nestjs/common';
import { forbidStoring, isUnstorable } from './response-caching.js';

/**
 * Marks the 401, 403 and 503 responses that the application itself produces as `no-store`, unless it has set
 * `Cache-Control`: they say who may do what. Nest writes the response of every exception that no filter of the
 * application writes through `reply()` of its adapter, so this costs a successful request one comparison.
 *
 * @param adapter the HTTP adapter of one application; its `reply()` is replaced for this application only
 * @param cacheControl the value that responses to callers carry by default
 */
export function forbidStoringRejections(adapter: Pick<HttpServer, 'reply'>, cacheControl: string): void {
  const { reply } = adapter;
  adapter.reply = function (this: unknown, response: object, body: unknown, status?: number): unknown {
    if (status !== undefined && isUnstorable(status)) forbidStoring(response, cacheControl);
    return reply.call(this, response, body, status) as unknown;
  };
}
