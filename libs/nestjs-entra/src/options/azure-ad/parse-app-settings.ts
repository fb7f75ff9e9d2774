import { ConfigurationError } from '../../errors/configuration.error.js';

/** A configuration file is never larger; what is was named by mistake. */
const MAX_BYTES = 1024 * 1024;

/**
 * Parses the text of an `appsettings.json` as .NET reads it: JSON with comments, trailing commas and a byte order mark.
 * It reads the text once, from beginning to end.
 *
 * @param text the content of the file, at most 1 MiB
 * @returns the parsed object, for {@link fromAzureAdSection}
 * @throws ConfigurationError when the text is larger, or is not a JSON object
 * @example
 * ```ts
 * const appsettings = parseAppSettings(readFileSync('appsettings.json'));
 * AuthModule.forRoot(fromAzureAdSection({ ...appsettings, ...process.env }));
 * ```
 */
export function parseAppSettings(text: string | Uint8Array): Record<string, unknown> {
  const size = text.length;
  if (size > MAX_BYTES) {
    throw new ConfigurationError(
      `appsettings.json must have no more than ${MAX_BYTES} bytes; got ${size}. Check the path of the file.`,
    );
  }
  const source = typeof text === 'string' ? text : new TextDecoder().decode(text);
  const parsed = parse(strictJson(source.replace(/^\uFEFF/, '')));
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) {
    return parsed as Record<string, unknown>;
  }
  throw new ConfigurationError(
    'appsettings.json must hold a JSON object; comments and trailing commas are accepted. Check the file with "dotnet run" or an editor.',
  );
}

/** The parser's own message quotes the file, which holds secrets. */
function parse(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}

/** The same JSON without comments and trailing commas. Strings are copied as they stand. */
function strictJson(text: string): string {
  const parts: string[] = [];
  let comma = '';
  let last = '';
  for (let at = 0; at < text.length;) {
    const end = endOf(text, at);
    const part = text.slice(at, end);
    at = end;
    if (isComment(part)) continue;
    if (isSpace(part)) {
      parts.push(part);
      continue;
    }
    // A comma waits for what follows; after nothing, or after another comma, it is one too many.
    const isTrailing = comma !== '' && /^[\]}]/.test(part) && !/[[{,]$/.test(last);
    if (!isTrailing) parts.push(comma);
    if (comma !== '') last = isTrailing ? last : ',';
    comma = part === ',' ? ',' : '';
    if (part === ',') continue;
    parts.push(part);
    last = part;
  }
  return parts.join('') + comma;
}

/** Where the part ends that begins here: a string, a comment, white space, or one other character. */
function endOf(text: string, at: number): number {
  const first = text[at];
  if (first === '"') {
    let end = at + 1;
    while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
    return end + 1;
  }
  if (text.startsWith('//', at)) return orEnd(text.indexOf('\n', at), text);
  if (text.startsWith('/*', at)) {
    // One that is never closed is the rest of the text, stays, and makes JSON.parse() reject it.
    const end = text.indexOf('*/', at + 2);
    return end === -1 ? text.length : end + 2;
  }
  if (first !== undefined && isSpace(first)) {
    let end = at + 1;
    while (end < text.length && isSpace(text[end] ?? '')) end += 1;
    return end;
  }
  return at + 1;
}

function orEnd(index: number, { length }: string): number {
  return index === -1 ? length : index;
}

function isComment(part: string): boolean {
  return part.startsWith('//') || (part.startsWith('/*') && part.endsWith('*/') && part.length > 3);
}

function isSpace(part: string): boolean {
  const first = part[0];
  return first === ' ' || first === '\n' || first === '\r' || first === '\t';
}
