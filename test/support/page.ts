/** What a browser lets the script of a page see of an answer. */
export interface PageRequest {
  /** Where the page comes from. */
  readonly origin: string;
  /** Whether cookies go along: `credentials: 'include'`. */
  readonly withCredentials?: boolean;
}

const SAFELISTED = [
  'cache-control',
  'content-language',
  'content-length',
  'content-type',
  'expires',
  'last-modified',
  'pragma',
];

/**
 * The headers that a page of another origin can read, by the CORS check and the CORS-exposed header-name list of the
 * Fetch standard; undefined when it may not see the answer at all.
 */
export function readableHeaders(headers: Headers, page: PageRequest): Headers | undefined {
  if (!passesCorsCheck(headers, page)) return undefined;
  const exposed = (headers.get('access-control-expose-headers') ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase());
  const isReadable = (name: string) =>
    SAFELISTED.includes(name) ||
    exposed.includes(name) ||
    (exposed.includes('*') && !page.withCredentials && name !== 'set-cookie');
  return new Headers([...headers].filter(([name]) => isReadable(name)));
}

/** Whether the preflight lets the page send `Authorization` with a method (Fetch standard, CORS-preflight fetch). */
export function allowsAuthorization(status: number, headers: Headers, page: PageRequest): boolean {
  const allowed = (headers.get('access-control-allow-headers') ?? '').toLowerCase().split(/\s*,\s*/);
  // A wildcard does not cover Authorization.
  return status >= 200 && status < 300 && passesCorsCheck(headers, page) && allowed.includes('authorization');
}

function passesCorsCheck(headers: Headers, { origin, withCredentials }: PageRequest): boolean {
  const allowed = headers.get('access-control-allow-origin');
  if (!withCredentials && allowed === '*') return true;
  if (allowed !== origin) return false;
  return !withCredentials || headers.get('access-control-allow-credentials') === 'true';
}
