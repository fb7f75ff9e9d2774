import { ConfigurationError } from '../errors/configuration.error.js';

type QueryValue = string | number | boolean;

/** Parameters of a query; a list repeats its name, and `undefined` is left out. */
export type DownstreamQuery = Readonly<Record<string, QueryValue | readonly QueryValue[] | null | undefined>>;

/** What a path may not hold: control characters, which the URL parser leaves out, and what it takes for a slash. */
const UNSAFE = /[\p{Cc}\\#]/u;

/** More than any server decodes, and than any value needs. */
const MAX_ROUNDS = 8;

/** UTF-8 in more bytes than it needs is one more way to write a dot or a slash (RFC 3629 section 10). */
const OVERLONG = /%c[01]|%e0%[89]|%f0%8/i;

/**
 * The address of a call: the base address, the path below it, and the query. The path is added, never resolved,
 * so that nothing in it leads away; an absolute URL is accepted where it lies below the base address, as the
 * links to a next page do.
 *
 * @throws ConfigurationError when the path leads out of the base address
 */
export function downstreamUrl(baseUrl: string, path: string, query: DownstreamQuery = {}): URL {
  if (typeof path !== 'string')
    throw new ConfigurationError('The path of a call of a downstream API is no text.');
  const base = baseUrl.replace(/\/$/, '');
  const [pathname = '', ...rest] = relativePart(base, path).split('?');
  checkPath(pathname);
  const search = [rest.join('?'), searchOf(query)].filter((part) => part !== '').join('&');
  if (UNSAFE.test(rest.join('?').replaceAll('\\', ''))) throw leaves('has control characters or a fragment');
  const joined = pathname === '' ? base : `${base}/${pathname.replace(/^\//, '')}`;
  const url = new URL(search === '' ? joined : `${joined}?${search}`);
  if (!isBelow(base, url)) throw leaves('leads out of the base address');
  return url;
}

/** Whether an address is absolute, with the scheme of HTTP. */
export function isAbsolute(url: string): boolean {
  return /^https?:\/\//i.test(url);
}

/** Whether a URL is the base address or lies below it. */
export function isBelow(baseUrl: string, url: URL): boolean {
  const base = new URL(baseUrl);
  const folder = base.pathname.replace(/\/$/, '');
  return (
    url.origin === base.origin &&
    url.username === '' &&
    url.password === '' &&
    (url.pathname === (folder || '/') || url.pathname.startsWith(`${folder}/`))
  );
}

/** A path as it is; of an absolute URL below the base address, what comes after that. */
function relativePart(base: string, path: string): string {
  const authority = /^[a-z][a-z0-9+.-]*:\/\/[^/\\?#]*/i.exec(path)?.[0];
  if (authority === undefined) return path;
  const { origin, pathname } = new URL(base);
  const folder = pathname.replace(/\/$/, '');
  const rest = path.slice(authority.length);
  const isOwn = !authority.includes('@') && URL.canParse(authority) && new URL(authority).origin === origin;
  if (!isOwn || !rest.startsWith(folder) || !/^([/?]|$)/.test(rest.slice(folder.length))) {
    throw leaves('is the URL of another place');
  }
  return rest.slice(folder.length);
}

function checkPath(path: string): void {
  if (UNSAFE.test(path)) throw leaves('has a backslash, a control character or a fragment');
  if (path.startsWith('//')) throw leaves('begins with two slashes');
  if (path !== path.trim()) throw leaves('begins or ends with a space');
  for (const text of readings(path)) {
    if (text.split(/[/\\]/).some(isDotSegment)) throw leaves('has a dot segment');
    if (/\p{Cc}/u.test(text)) throw leaves('has an encoded control character');
  }
}

/** All that a server may read in a path: it may decode it more than once, and pass over what it cannot decode. */
function readings(path: string): string[] {
  const texts: string[] = [];
  // A lone % is plain text, once it was decoded itself.
  let isOffending = !isDecodable(path);
  for (let text = path; !isOffending; isOffending = OVERLONG.test(text) || texts.length > MAX_ROUNDS) {
    texts.push(text);
    const next = decodedOnce(text);
    if (next === text) return texts;
    text = next;
  }
  throw leaves('is not percent-encoded as it should be');
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

/** Decodes what is percent-encoded, whatever is beside it. */
function decodedOnce(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) =>
    isDecodable(run)
      ? decodeURIComponent(run)
      : run.replace(/%[0-7][0-9a-f]/gi, (byte) => decodeURIComponent(byte)),
  );
}

/** Servers of Java cut a segment at its first semicolon. */
function isDotSegment(segment: string): boolean {
  return /^\s*\.{1,2}\s*(;|$)/.test(segment);
}

function searchOf(query: DownstreamQuery): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? (value as readonly QueryValue[]) : [value as QueryValue]) {
      if (one !== undefined && one !== null) parameters.append(name, String(one));
    }
  }
  // A plus sign means a space in forms alone; encoded, it means one everywhere.
  return parameters.toString().replaceAll('+', '%20');
}

function leaves(what: string): ConfigurationError {
  return new ConfigurationError(
    `The path of a call to a downstream API ${what}; give a path below its baseUrl, with encodeURIComponent() around each value in it.`,
  );
}
