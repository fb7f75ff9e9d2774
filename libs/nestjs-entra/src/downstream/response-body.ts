import { readBytes } from '../network/bounded-body.js';

/** What a body turned out to be. */
export type ResponseBody = { readonly value: unknown } | { readonly fault: string };

/** JSON of every kind: `application/json`, `application/problem+json` (RFC 9457), `application/vnd.*+json`. */
const JSON_TYPE = /^[\w.!#$&^-]+\/([\w.!#$&^-]+\+)?json$/;

/**
 * Reads a body whole: JSON parsed, text as text, all else as bytes, and `undefined` when it is empty.
 * More than `maxBytes` and malformed JSON are faults.
 */
export async function responseBody(response: Response, maxBytes: number): Promise<ResponseBody> {
  const bytes = await readBytes(response.body, maxBytes);
  if (bytes === undefined) return { fault: `answered with more than ${maxBytes} bytes` };
  if (bytes.byteLength === 0) return { value: undefined };
  const type = mediaType(response);
  if (JSON_TYPE.test(type)) {
    try {
      return { value: JSON.parse(textOf(bytes)) as unknown };
    } catch {
      return { fault: 'answered with malformed JSON' };
    }
  }
  return { value: type.startsWith('text/') ? textOf(bytes) : bytes };
}

/** The body of an error, as far as it says something; `undefined` when it cannot be read. */
export async function errorBody(response: Response, maxBytes: number): Promise<unknown> {
  const bytes = await readBytes(response.body, maxBytes);
  if (bytes === undefined || bytes.byteLength === 0) return undefined;
  const type = mediaType(response);
  const text = textOf(bytes);
  if (JSON_TYPE.test(type)) {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      return text;
    }
  }
  return type.startsWith('text/') || type === '' ? text : undefined;
}

function mediaType({ headers }: Response): string {
  return (headers.get('content-type') ?? '').split(';', 1)[0]!.trim().toLowerCase();
}

/** As UTF-8, without its byte order mark. */
function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
