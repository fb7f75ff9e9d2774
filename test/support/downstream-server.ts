import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { listen } from '../../libs/entra-emulator/src/tls/https-listener.js';
import { createServerCertificate } from '../../libs/entra-emulator/src/tls/server-certificate.js';
import { createTrustingFetch } from '../../libs/entra-emulator/src/tls/trusting-fetch.js';
import { onTestFinished } from 'vitest';

/** One request that a downstream API saw. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The token it came with. */
  readonly token: string | undefined;
}

/** What it answers: a value as JSON with 200, or what the function writes. */
export type DownstreamAnswer = (request: SeenRequest, response: ServerResponse) => unknown;

/** A downstream API on the loopback interface that remembers what it saw. */
export interface DownstreamServer {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  /** How many connections were opened. */
  connections(): number;
}

/** Starts a downstream API; it is gone with the test. */
export async function startDownstream(answer: DownstreamAnswer): Promise<DownstreamServer> {
  const seen: SeenRequest[] = [];
  let connections = 0;
  const server = createServer(remembering(seen, answer));
  server.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, seen, connections: () => connections };
}

/** A downstream API over HTTPS, and what trusts it. */
export interface SecureDownstreamServer extends Pick<DownstreamServer, 'url' | 'seen'> {
  readonly fetch: typeof globalThis.fetch;
  /** PEM of the certificate authority. */
  readonly caCertificate: string;
}

/** The same over HTTPS. */
export async function startSecureDownstream(answer: DownstreamAnswer): Promise<SecureDownstreamServer> {
  const seen: SeenRequest[] = [];
  const tls = await createServerCertificate();
  const listener = await listen(0, tls);
  const trusting = createTrustingFetch(tls.caCertificate);
  onTestFinished(async () => {
    await trusting.close();
    await listener.close();
  });
  listener.onRequest(remembering(seen, answer));
  return {
    url: `https://localhost:${listener.port}`,
    seen,
    fetch: trusting.fetch,
    caCertificate: tls.caCertificate,
  };
}

function remembering(seen: SeenRequest[], answer: DownstreamAnswer): RequestListener {
  return (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
      const one = { method, url, headers, token, body: Buffer.concat(chunks).toString() };
      seen.push(one);
      const value = answer(one, response);
      if (value === undefined || response.headersSent || response.writableEnded) return;
      response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
    });
  };
}

/** A challenge as continuous access evaluation writes it. */
export function insufficientClaims(claims: string): string {
  return `Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", error="insufficient_claims", claims="${Buffer.from(claims).toString('base64')}"`;
}
