/** A name or a code: one word. */
const WORD = /^\w{1,64}$/;

/** An error of a connection wraps one or two others. */
const MAX_DEPTH = 4;

/**
 * What an error from outside says about itself in single words, as the `cause` of one of ours: its name and its code,
 * such as `ECONNREFUSED`, and those of its own cause; of several errors (`AggregateError`: each address of a name was
 * tried) those of the first. Nothing else of it goes on, for a `fetch` of the application's
 * own may put the request into its errors, with token, assertion and secret.
 */
export function foreignCause(error: unknown, depth = 1): Error {
  const { name, code, cause } = membersOf(error);
  const words = [name, code].filter((word): word is string => typeof word === 'string' && WORD.test(word));
  const isWrapping = cause !== undefined && depth < MAX_DEPTH;
  const told = new Error(
    words.join(' ') || 'no Error',
    isWrapping ? { cause: foreignCause(cause, depth + 1) } : undefined,
  );
  // Where it was made tells nothing, and what it was made of may hold more than words.
  told.stack = `Error: ${told.message}`;
  if (words.includes(code as string)) Object.defineProperty(told, 'code', { value: code });
  return told;
}

function membersOf(error: unknown): { name?: unknown; code?: unknown; cause?: unknown } {
  if (!(error instanceof Error)) return {};
  try {
    const { name, code, cause, errors } = error as Error & { code?: unknown; errors?: unknown };
    return { name, code, cause: cause ?? (Array.isArray(errors) ? (errors[0] as unknown) : undefined) };
  } catch {
    return {}; // A getter that throws says nothing either.
  }
}
