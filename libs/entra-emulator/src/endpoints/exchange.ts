import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { withBasicCredentials } from '../client-authentication/basic-authentication.js';
import { isGuid } from '../tenants/guid.js';
import { parseForm } from './parse-form.js';
import { routeOf, type Route } from './route.js';

/** One request and the ids under which it is answered. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly route: Route;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** `https://` and the host that was called: `error_uri` follows it. */
  readonly origin: string;
  /** New for every request; also the `x-ms-request-id` header. */
  readonly traceId: string;
  /** The client's own id where it sent one. Set anew once the form is read. */
  correlationId: string;
  /** Form parameters, empty until the body is read. */
  form: ReadonlyMap<string, string>;
  /** The body as it came, empty until it is read. */
  body: string;
  /** Address of the other end of the connection. */
  readonly remoteAddress: string | undefined;
  /** `1.1`, `1.0`. */
  readonly httpVersion: string;
  /** True when the form names a parameter twice, or contradicts the `Authorization` header. */
  hasDuplicates: boolean;
}

/** Takes a request in, without its body. */
export function openExchange(request: IncomingMessage, baseUrl: string): Exchange {
  const target = new URL(`${baseUrl}${request.url?.startsWith('/') === true ? request.url : '/'}`);
  const exchange = {
    method: request.method ?? 'GET',
    path: target.pathname,
    route: routeOf(target),
    query: target.searchParams,
    headers: request.headers,
    origin: originOf(request.headers.host, baseUrl),
    traceId: randomUUID(),
    correlationId: '',
    form: new Map<string, string>(),
    body: '',
    remoteAddress: request.socket.remoteAddress,
    httpVersion: request.httpVersion,
    hasDuplicates: false,
  };
  exchange.correlationId = correlationIdOf(exchange);
  return exchange;
}

/** Takes the body of the request in. */
export function readForm(exchange: Exchange, body: string): void {
  exchange.body = body;
  const form = parseForm(body, exchange.headers['content-type']);
  const { parameters, isContradictory } = withBasicCredentials(
    form.parameters,
    exchange.headers.authorization,
  );
  exchange.hasDuplicates = form.hasDuplicates || isContradictory;
  exchange.form = parameters;
  exchange.correlationId = correlationIdOf(exchange);
}

/** The client's request id from header, query or form, else a new one. */
function correlationIdOf({ headers, query, form }: Pick<Exchange, 'headers' | 'query' | 'form'>): string {
  const candidates = [
    headers['client-request-id'],
    headers['x-ms-client-request-id'],
    query.get('client-request-id'),
    form.get('client-request-id'),
  ];
  const given = candidates.find((id) => typeof id === 'string' && isGuid(id));
  return typeof given === 'string' ? given : randomUUID();
}

function originOf(host: string | undefined, baseUrl: string): string {
  return host !== undefined && /^[\w.:[\]-]+$/.test(host) ? `https://${host}` : baseUrl;
}
