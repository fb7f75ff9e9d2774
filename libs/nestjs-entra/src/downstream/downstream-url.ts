import { ConfigurationError } from '../errors/configuration.error.js';

type QueryValue = string | number | boolean;

/** Parameters of a query; a list repeats its name, and `undefined` is left out. */
export type DownstreamQuery = Readonly<Record<string, QueryValue | readonly QueryValue[] | null | undefined>>;

/** What a path may not hold: control characters, which the URL parser leaves out, and what it takes for a slash. */
const UNSAFE = /[\p{Cc}\\#]/u;

/**
 * The address of a call: the base address, the path below it, and the query. The path is added, never resolved,
 * so that nothing in it leads away; an absolute URL is accepted where it lies below the base address, as the
 * links to a next page do.
 *
 * @throws ConfigurationError when the path leads out of the base address
 */
export function downstreamUrl(baseUrl: string, path: string, query: DownstreamQuery = {}): URL {
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
  if (decoded(path).split(/[/\\]/).some(isDotSegment)) throw leaves('has a dot segment');
}

/** Read as far as any server may read it: one that decodes twice, or takes an encoded slash for one. */
function decoded(path: string): string {
  let text = path;
  for (let before = ''; text !== before;) {
    before = text;
    try {
      text = decodeURIComponent(text);
    } catch {
      // Overlong UTF-8 is one more way to write a dot, and a lone % after the first round is plain text.
      if (text === path) throw leaves('is not percent-encoded as it should be');
    }
  }
  if (/\p{Cc}/u.test(text)) throw leaves('has an encoded control character');
  return text;
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
