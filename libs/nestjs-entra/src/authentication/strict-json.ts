/** Entra nests two or three deep; what recurses over a token later must not run out of stack. */
const MAX_DEPTH = 64;

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/**
 * Parses JSON in which no object names a member twice. `JSON.parse` keeps the last of two, other parsers the
 * first, and a token that says two things must not be believed either (RFC 7519 section 4, RFC 8725 section 2.4).
 * Members of the outermost object must differ by more than their case: `tid` and `TID` are two things as well.
 * It may be nested 64 deep, no deeper.
 *
 * @throws SyntaxError
 */
export function parseStrictJson(text: string): unknown {
  const value = JSON.parse(text) as unknown;
  refuseAmbiguity(text);
  return value;
}

/** What is open at one point of the text. An array has no names. */
interface Open {
  readonly names: Set<string> | undefined;
  expectsName: boolean;
}

/** Walks over text that is known to be JSON: strings whole, and of the rest only what opens, closes and separates. */
function refuseAmbiguity(text: string): void {
  const open: Open[] = [];
  let current: Open | undefined;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE: {
        const end = endOfString(text, at);
        if (current?.expectsName) noteName(current, text.slice(at, end + 1), open.length === 1);
        at = end;
        break;
      }
      case COMMA:
        if (current?.names) current.expectsName = true;
        break;
      case OPENING_BRACE:
      case OPENING_BRACKET: {
        const isObject = text.charCodeAt(at) === OPENING_BRACE;
        current = { names: isObject ? new Set() : undefined, expectsName: isObject };
        if (open.push(current) > MAX_DEPTH) throw new SyntaxError('It is nested too deep');
        break;
      }
      case CLOSING_BRACE:
      case CLOSING_BRACKET:
        open.pop();
        current = open.at(-1);
    }
  }
}

/** The closing quotation mark of the string that opens at `start`: the next one that no odd run of backslashes escapes. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === BACKSLASH) escapes++;
    if (escapes % 2 === 0) return end;
  }
}

/** @throws SyntaxError when the object has the name already */
function noteName(object: Open, written: string, isOutermost: boolean): void {
  const name = written.includes('\\') ? (JSON.parse(written) as string) : written.slice(1, -1);
  const compared = isOutermost ? name.toLowerCase() : name;
  if (object.names?.has(compared)) throw new SyntaxError('A member is named twice');
  object.names?.add(compared);
  object.expectsName = false;
}
