/** Nothing longer is looked at; one line of a log says enough with less. */
const MAX_SCANNED = 4_000;
const MAX_LINE = 2_000;
const MAX_QUOTED = 120;

/** Characters that end a line, drive a terminal or turn the direction of text (Unicode categories Cc, Cf, Cs, Co, Zl, Zp). */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** What looks like a token or a credential. Each alternative is linear: nothing in it can match in two ways. */
const SECRETS =
  /eyJ[\w-]{8,}(?:\.[\w-]*)*|\b(?:Bearer|Basic)\s+[\w.~+/=-]{16,}|\b(?:client_secret|client_assertion|assertion|password|access_token|refresh_token|id_token)=[^&\s"',;]+/gi;

/**
 * A text as one line of a log: line ends become spaces, other control characters `?`, and what looks like a token or a
 * credential is replaced. Shortened to 2 000 characters.
 */
export function logLine(text: string): string {
  return shortened(printable(redacted(text.slice(0, MAX_SCANNED))), MAX_LINE, text.length > MAX_SCANNED);
}

/** A text on one line: line ends become spaces, other characters that cannot be printed `?`. */
export function printable(text: string): string {
  return text.replace(/\s+/g, ' ').replace(UNPRINTABLE, '?');
}

/**
 * A value from elsewhere (a token, a header, an answer) as it stands in a log line: in quotes, in printable ASCII, and
 * no longer than 120 characters.
 */
export function quoteForLog(value: unknown): string {
  return shortened(textOf(value).replace(/[^\x20-\x7e]/g, '?'), MAX_QUOTED);
}

/** Words from elsewhere (scopes, codes, ids): as they stand when they are nothing but words, else in quotes. */
export function wordsForLog(text: string): string {
  const isWords = text.length <= MAX_QUOTED && /^[\w.:/+-]+(?: [\w.:/+-]+)*$/.test(text);
  return isWords && redacted(text) === text ? text : quoteForLog(text);
}

/** What code of the application threw, in the form of {@link quoteForLog}: name and message of an error, and no more. */
export function quoteThrown(thrown: unknown): string {
  try {
    if (thrown instanceof Error) return quoteForLog(`${thrown.name}: ${thrown.message}`);
    return typeof thrown === 'object' && thrown !== null ? 'an object' : quoteForLog(thrown);
  } catch {
    return 'an error that cannot be read'; // A getter or a proxy of the application's that throws itself.
  }
}

function textOf(value: unknown): string {
  if (value === undefined) return 'missing';
  try {
    if (typeof value === 'string') return JSON.stringify(redacted(value.slice(0, MAX_SCANNED)));
    return redacted(JSON.stringify(value)?.slice(0, MAX_SCANNED) ?? typeof value);
  } catch {
    return `a ${typeof value} that is not JSON`; // A cycle, or a BigInt.
  }
}

function redacted(text: string): string {
  return text.replace(SECRETS, '(hidden)');
}

function shortened(text: string, max: number, isCut = false): string {
  return text.length > max || isCut ? `${text.slice(0, max - 3)}...` : text;
}
