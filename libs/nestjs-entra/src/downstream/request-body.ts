import { ConfigurationError } from '../errors/configuration.error.js';

/** A body as `fetch` sends it. */
export interface RequestBody {
  readonly content: BodyInit | undefined;
  /** Set unless the call names another. */
  readonly contentType?: string;
  /** It can be read once, so the call is not repeated. */
  readonly isStream: boolean;
}

type BodyInit = NonNullable<NonNullable<Parameters<typeof globalThis.fetch>[1]>['body']>;

/** Sends text, bytes, forms and streams as they are, and every other value as JSON. */
export function requestBody(body: unknown): RequestBody {
  if (body === undefined) return { content: undefined, isStream: false };
  if (isAsItIs(body)) return { content: body, isStream: false };
  if (isStream(body)) {
    return { content: body instanceof ReadableStream ? body : ReadableStream.from(body), isStream: true };
  }
  const content = jsonOf(body);
  if (content === undefined) {
    throw new ConfigurationError(
      `The body of a call of a downstream API is a ${typeof body} that JSON cannot hold; give a value that JSON can hold, text, bytes, a form or a stream.`,
    );
  }
  return { content, contentType: 'application/json', isStream: false };
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

function isStream(body: unknown): body is ReadableStream<Uint8Array> | AsyncIterable<Uint8Array> {
  return (
    body instanceof ReadableStream ||
    (typeof body === 'object' && body !== null && Symbol.asyncIterator in body)
  );
}
