/** Codes of Node.js, OpenSSL, undici and their like: one word in upper case. Nothing a secret or a URL could be in. */
const CODE = /^[A-Z][A-Z0-9_]{1,63}$/;

/** Names that say nothing: every error has one of them when it has none of its own. */
const UNTELLING_NAMES = new Set([
  'Error',
  'TypeError',
  'AggregateError',
  'RestError',
  'AxiosError',
  'FetchError',
]);

const NAME = /^[A-Z][A-Za-z]{1,63}$/;

/** `fetch` wraps once, an SDK on top of it once or twice. */
const MAX_DEPTH = 5;

/** A name has a handful of addresses, each of which is tried (happy eyeballs). */
const MAX_BRANCHES = 8;

/**
 * The code that names the cause of a failed connection, such as `ENOTFOUND`, `ECONNREFUSED` or
 * `UNABLE_TO_VERIFY_LEAF_SIGNATURE`: the innermost of the error and the errors that it wraps. Without a code, the name
 * of the error if it tells something, such as `ConnectionTimeoutError`. It is one word, and safe to log.
 */
export function failureCode(error: unknown): string | undefined {
  return codeIn(error, 1) ?? nameIn(error, 1);
}

/** `failureCode()` in parentheses after a space, to stand behind "could not be reached"; empty when there is none. */
export function inParentheses(code: string | undefined): string {
  return code === undefined ? '' : ` (${code})`;
}

function codeIn(error: unknown, depth: number): string | undefined {
  if (depth > MAX_DEPTH) return undefined;
  for (const inner of innerErrors(error)) {
    const code = codeIn(inner, depth + 1);
    if (code !== undefined) return code;
  }
  const code = member(error, 'code');
  return typeof code === 'string' && CODE.test(code) ? code : undefined;
}

function nameIn(error: unknown, depth: number): string | undefined {
  if (depth > MAX_DEPTH) return undefined;
  const name = member(error, 'name');
  if (typeof name === 'string' && NAME.test(name) && !UNTELLING_NAMES.has(name)) return name;
  for (const inner of innerErrors(error)) {
    const found = nameIn(inner, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `cause`, and the errors of an `AggregateError`. */
function innerErrors(error: unknown): unknown[] {
  const errors = member(error, 'errors');
  return [member(error, 'cause'), ...(Array.isArray(errors) ? errors.slice(0, MAX_BRANCHES) : [])];
}

function member(error: unknown, name: 'cause' | 'code' | 'errors' | 'name'): unknown {
  if (typeof error !== 'object' || error === null) return undefined;
  try {
    return (error as Record<string, unknown>)[name];
  } catch {
    return undefined; // A getter that throws says nothing either.
  }
}
