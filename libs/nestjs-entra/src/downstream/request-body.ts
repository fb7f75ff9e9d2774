import { ConfigurationError } from '../errors/configuration.error.js';

/** A body as `fetch` sends it. */
export interface RequestBody {
  readonly content: BodyInit | undefined;
  /** Set unless the call names another. */
  readonly contentType?: string;
  /** It can be read once, so the call is not repeated. */
  readonly isStream: boolean;
  /** Why the stream cannot be sent, once it is read as far as that. */
  readonly fault?: () => ConfigurationError | undefined;
}

type BodyInit = NonNullable<NonNullable<Parameters<typeof globalThis.fetch>[1]>['body']>;

/** Sends text, bytes, forms and streams as they are, and every other value as JSON. */
export function requestBody(body: unknown): RequestBody {
  if (body === undefined) return { content: undefined, isStream: false };
  if (isAsItIs(body)) return { content: body, isStream: false };
  if (isStream(body)) return streamed(body);
  const content = jsonOf(body);
  if (content === undefined) {
    throw new ConfigurationError(
      `The body of a call of a downstream API is a ${typeof body} that JSON cannot hold; give a value that JSON can hold, text, bytes, a form or a stream.`,
    );
  }
  return { content, contentType: 'application/json', isStream: false };
}

/**
 * The outcome of `work`, which sends a body. When it fails, a stream that nobody reads to its end is let go of, and
 * with it the file or connection behind it.
 */
export async function orAbandoned<T>(body: unknown, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (body instanceof ReadableStream) {
      // One that is being read belongs to its reader.
      if (!body.locked) await body.cancel().catch(() => undefined);
    } else if (isStream(body) && 'destroy' in body && typeof body.destroy === 'function') {
      body.destroy();
    }
    throw error;
  }
}

function streamed(stream: AsyncIterable<unknown>): RequestBody {
  let fault: ConfigurationError | undefined;
  const bytes = bytesOf(stream, (wrong) => (fault = wrong));
  return { content: ReadableStream.from(bytes), isStream: true, fault: () => fault };
}

// Bytes and text alone: `fetch` waits for ever when it meets anything else in a stream.
async function* bytesOf(
  stream: AsyncIterable<unknown>,
  report: (fault: ConfigurationError) => void,
): AsyncGenerator<Uint8Array> {
  // The first half of a character whose second half is in the next chunk.
  let half = '';
  for await (const chunk of stream) {
    if (typeof chunk === 'string') {
      const text = half + chunk;
      half = /[\uD800-\uDBFF]$/.exec(text)?.[0] ?? '';
      yield Buffer.from(text.slice(0, text.length - half.length));
    } else if (chunk instanceof Uint8Array) yield chunk;
    else {
      const fault = new ConfigurationError(
        `A stream that is sent to a downstream API has a chunk of type ${typeof chunk} in it; give a stream of bytes or text.`,
      );
      report(fault);
      throw fault;
    }
  }
  if (half !== '') yield Buffer.from(half);
}

function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined; // A circle, or a number that JSON does not have.
  }
}

function isAsItIs(body: unknown): body is BodyInit {
  return (
    typeof body === 'string' ||
    body instanceof ArrayBuffer ||
    ArrayBuffer.isView(body) ||
    body instanceof URLSearchParams ||
    body instanceof FormData ||
    body instanceof Blob
  );
}

function isStream(body: unknown): body is AsyncIterable<unknown> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}
