import { createServer, type Server } from 'node:https';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ServerCertificate } from './server-certificate.js';

/** Servers on the loopback addresses, one port for both. */
export interface HttpsListener {
  readonly port: number;
  /** Hands every request to `listener`. */
  onRequest(listener: RequestListener): void;
  /** Ends every connection and stops listening. */
  close(): Promise<void>;
}

/** Listens on 127.0.0.1, and on ::1 where the machine has it. Port 0 takes a free one. */
export async function listen(port: number, tls: ServerCertificate): Promise<HttpsListener> {
  const options = { key: tls.privateKey, cert: tls.certificate };
  const ipv4 = createServer(options);
  await listenOn(ipv4, port, '127.0.0.1');
  const servers = [ipv4];
  const bound = (ipv4.address() as AddressInfo).port;
  const ipv6 = createServer(options);
  try {
    await listenOn(ipv6, bound, '::1');
    servers.push(ipv6);
  } catch {
    // No IPv6 on this machine, or the port is taken there: clients fall back to 127.0.0.1.
  }
  return {
    port: bound,
    onRequest: (listener) => {
      for (const server of servers) {
        server.on('request', listener);
      }
    },
    close: async () => {
      await Promise.all(servers.map(closeServer));
    },
  };
}

function listenOn(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? portInUse(port, error) : error);
    server.once('error', failed);
    server.listen(port, host, () => {
      server.off('error', failed);
      resolve();
    });
  });
}

/** One sentence, with the code of Node.js for those who look at it. */
function portInUse(port: number, cause: Error): Error {
  const error = new Error(`Port ${port} is in use; choose another one, or 0 for one that is free.`, {
    cause,
  });
  return Object.assign(error, { code: 'EADDRINUSE' });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
