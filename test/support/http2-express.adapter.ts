import { createServer, Http2ServerRequest, Http2ServerResponse, type Http2Server } from 'node:http2';
import { ExpressAdapter } from '@nestjs/platform-express';

interface ExpressInstance {
  (request: object, response: object): void;
  readonly request: object;
  readonly response: object;
}

/**
 * Express on Node's HTTP/2 server. Express puts its own prototypes, which inherit from those of HTTP/1.1, on each
 * request; here they inherit from those of HTTP/2.
 */
export class Http2ExpressAdapter extends ExpressAdapter {
  override initHttpServer(): void {
    const express = this.getInstance<ExpressInstance>();
    inherit(express.request, Http2ServerRequest.prototype);
    inherit(express.response, Http2ServerResponse.prototype);
    (this as unknown as { httpServer: Http2Server }).httpServer = createServer(express);
  }
}

/** Copies what Express adds to a prototype onto one that inherits from `base`; Express itself stays as it is. */
function inherit(own: object, base: object): void {
  const added = Object.getPrototypeOf(own) as object;
  Object.setPrototypeOf(own, Object.create(base, Object.getOwnPropertyDescriptors(added)) as object);
}
