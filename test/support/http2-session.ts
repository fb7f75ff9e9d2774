import { once } from 'node:events';
import {
  connect,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type SecureClientSessionOptions,
} from 'node:http2';
import type { INestApplication } from '@nestjs/common';
import { onTestFinished } from 'vitest';

/** A request on an HTTP/2 session. */
export interface Http2Request {
  readonly stream: ClientHttp2Stream;
  readonly answer: Promise<{ readonly status: number; readonly text: string }>;
}

/** One HTTP/2 connection of a client; it is closed with the test. */
export class Http2Session {
  private constructor(readonly session: ClientHttp2Session) {}

  /** @param options with `ca`, the connection uses TLS */
  static async open(nest: INestApplication, options: SecureClientSessionOptions = {}): Promise<Http2Session> {
    const { port } = (nest.getHttpServer() as { address(): { port: number } }).address();
    const session = connect(`${options.ca ? 'https' : 'http'}://127.0.0.1:${port}`, options);
    onTestFinished(() => session.destroy());
    session.on('error', () => undefined);
    await once(session, 'connect');
    return new Http2Session(session);
  }

  send(path: string, token: string, method = 'GET'): Http2Request {
    const stream = this.session.request(
      { ':path': path, ':method': method, authorization: `Bearer ${token}` },
      { endStream: true },
    );
    const answer = read(stream);
    // Tests that reset a stream do not look at its answer.
    answer.catch(() => undefined);
    return { stream, answer };
  }
}

async function read(stream: ClientHttp2Stream) {
  const closed = once(stream, 'close');
  closed.catch(() => undefined);
  const [headers] = (await once(stream, 'response')) as [{ readonly ':status': number }];
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  await closed;
  return { status: headers[':status'], text: Buffer.concat(chunks).toString() };
}
