/** Entra nests two or three deep; what recurses over a token later must not run out of stack. */
const MAX_DEPTH = 64;

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

/** Walks over text that is known to be JSON: strings whole, and of the rest only what opens, closes and separates. */
function refuseAmbiguity(text: string): void {
  const open: { readonly names: Set<string> | undefined; expectsName: boolean }[] = [];
  const token = /"(?:[^"\\]|\\.)*"|[{}[\],]/g;
  for (let found = token.exec(text); found; found = token.exec(text)) {
    const [piece] = found;
    const current = open.at(-1);
    if (piece === '{') open.push({ names: new Set(), expectsName: true });
    else if (piece === '[') open.push({ names: undefined, expectsName: false });
    else if (piece === '}' || piece === ']') open.pop();
    else if (piece === ',') {
      if (current?.names) current.expectsName = true;
    } else if (current?.names && current.expectsName) {
      const name = JSON.parse(piece) as string;
      const compared = open.length === 1 ? name.toLowerCase() : name;
      if (current.names.has(compared)) throw new SyntaxError('A member is named twice');
      current.names.add(compared);
      current.expectsName = false;
    }
    if (open.length > MAX_DEPTH) throw new SyntaxError('It is nested too deep');
  }
}
