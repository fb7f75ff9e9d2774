import { MalformedAuthorizationError, MissingTokenError } from '../errors/token.errors.js';

/** The members of an HTTP request that tell of a bearer token. */
export interface RequestWithHeaders {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Names and values as received, in pairs: Node's list before it drops duplicates. */
  readonly rawHeaders?: readonly string[];
  /** Fastify keeps Node's own request here. */
  readonly raw?: { readonly rawHeaders?: readonly string[] };
  /** Path and query as received. */
  readonly url?: string;
  readonly query?: unknown;
  readonly body?: unknown;
}

/** The scheme and what parts it from the credentials, without regard to case (RFC 9110 section 11.1). */
const SCHEME = /^bearer +/i;

/** RFC 9110 section 11.2, and RFC 6750 section 2.1, where it is called `b64token`. */
const TOKEN68 = /^[A-Za-z0-9\-._~+/]+=*$/;

/**
 * The bearer token of a request, from the `Authorization` header alone: tokens in the query or in the body
 * end up in logs (RFC 6750 section 5.3) and are not read.
 *
 * @throws MissingTokenError when there is none, or another scheme
 * @throws MalformedAuthorizationError when there is something that is no single well-formed token
 */
export function bearerToken(request: RequestWithHeaders): string {
  const token = presentedToken(request);
  requireToken68(token);
  return token;
}

/**
 * What stands where the bearer token should, its characters not yet looked at: a token that passed before needs
 * no second look, and all others go through {@link requireToken68}. Throws as {@link bearerToken} does.
 */
export function presentedToken(request: RequestWithHeaders): string {
  const header = ownHeader(request.headers, 'authorization');
  if (header === undefined) throw new MissingTokenError();
  if (typeof header !== 'string' || hasSeveral(request.rawHeaders ?? request.raw?.rawHeaders)) {
    throw new MalformedAuthorizationError('The request has more than one Authorization header');
  }
  const scheme = SCHEME.exec(header)?.[0];
  if (scheme === undefined || scheme.length === header.length) throw withoutToken(header);
  if (hasAnother(request)) {
    throw new MalformedAuthorizationError('The request has a token in its query or body beside the header');
  }
  return header.slice(scheme.length);
}

/**
 * Whether a request presents a bearer token, good or not: its `Authorization` header has the scheme `Bearer`, or cannot
 * be read as one value. A request without the header, or with another scheme, presents none.
 */
export function hasBearerScheme({ headers, rawHeaders, raw }: RequestWithHeaders): boolean {
  const header = ownHeader(headers, 'authorization');
  if (header === undefined) return false;
  return typeof header !== 'string' || /^bearer/i.test(header) || hasSeveral(rawHeaders ?? raw?.rawHeaders);
}

/** @throws MalformedAuthorizationError when `token` holds a character that no token has */
export function requireToken68(token: string): void {
  if (!TOKEN68.test(token)) throw malformed();
}

/** Another scheme and `Bearer` alone are no token; `Bearerx` and `Bearer,` are an attempt at one. */
function withoutToken(header: string): Error {
  return /^bearer *[^ ]/i.test(header) ? malformed() : new MissingTokenError();
}

function malformed(): MalformedAuthorizationError {
  return new MalformedAuthorizationError('The Authorization header holds no single well-formed bearer token');
}

/** Node keeps the first of several `Authorization` headers and says nothing; which one counts must not be guessed. */
function hasSeveral(rawHeaders: readonly string[] | undefined): boolean {
  if (!rawHeaders) return false;
  let seen = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name !== undefined && name.length === 13 && name.toLowerCase() === 'authorization') seen++;
  }
  return seen > 1;
}

/** Whether a token also stands in the query or in a form (RFC 6750 section 2: no more than one method in a request). */
function hasAnother(request: RequestWithHeaders): boolean {
  // Frameworks parse a query when it is first asked for; most requests have none.
  if (request.url?.includes('?') && hasAccessToken(request.query)) return true;
  const type = ownHeader(request.headers, 'content-type');
  const isForm = typeof type === 'string' && /^application\/x-www-form-urlencoded\b/i.test(type);
  return isForm && hasAccessToken(request.body);
}

function hasAccessToken(parameters: unknown): boolean {
  return typeof parameters === 'object' && parameters !== null && Object.hasOwn(parameters, 'access_token');
}

/** A header that the request has: Node's object of headers inherits from `Object.prototype`, which sends none. */
function ownHeader(headers: RequestWithHeaders['headers'], name: string): string | string[] | undefined {
  return Object.hasOwn(headers, name) ? headers[name] : undefined;
}
