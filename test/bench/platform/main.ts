import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '../process/serve.js';
import { currentSigningKey, keySetOf } from '../tokens/signing-key.js';
import { tokenAnswer } from './token-answer.js';

/**
 * The identity platform of the benchmark: key set and token endpoint, nothing checked and nothing signed, so
 * that it takes little of the machine from what is measured.
 */
const keySet = JSON.stringify(keySetOf(currentSigningKey()));
let exchanges = 0;
let latencyMs = 0;

const server = createServer((request, response) => {
  const send = (body: string) =>
    response
      .writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
      .end(body);
  const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
  if (request.method === 'GET' && pathname.endsWith('/discovery/v2.0/keys')) {
    send(keySet);
  } else if (request.method === 'POST' && pathname.endsWith('/oauth2/v2.0/token')) {
    const arrived = performance.now();
    exchanges++;
    void readBody(request).then((body) => {
      const answer = tokenAnswer(new URLSearchParams(body), exchanges);
      const wait = latencyMs - (performance.now() - arrived);
      if (wait > 0) setTimeout(send, wait, answer);
      else send(answer);
    });
  } else {
    response.writeHead(404).end();
  }
});

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

const methods = {
  /** Token requests so far. */
  exchanges: () => exchanges,
  /** How long the token endpoint takes from now on. */
  takeMs: (ms: number) => void (latencyMs = ms),
};

/** What the identity platform does when the benchmark asks. */
export type PlatformMethods = typeof methods;

// As Entra, it does not close a connection that waits for the next request of its client.
server.keepAliveTimeout = 10 * 60_000;
server.listen(0, '127.0.0.1', () => {
  serve(methods, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
