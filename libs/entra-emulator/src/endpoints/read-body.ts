import type { IncomingMessage } from 'node:http';

/** Largest body that is read, in bytes. */
const MAX_BODY_BYTES = 1024 * 1024;

/** The body of a request as text; undefined when it is larger than 1 MiB. */
export async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  // The connection must outlive a body that is not read to its end, or the refusal could not be sent.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) {
      return undefined;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
