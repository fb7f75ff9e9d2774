import { isIP } from 'node:net';
import { proxyHeaderIn, type RequestHeaders } from './proxy-headers.js';

/** As much of Node's request as decides. */
export interface RequestOrigin {
  readonly method?: string;
  /** `1.1`, `2.0`. */
  readonly httpVersion?: string;
  readonly headers: RequestHeaders;
  readonly socket: { readonly remoteAddress?: string };
}

const LOCAL_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;

/**
 * Why a request is not one of a browser on this machine that opened the page itself; `undefined` when it is.
 *
 * The address alone does not tell: a page of the internet may send requests to this machine, and by DNS rebinding
 * under its own name. So the `Host` is one of the loopback, and what the browser tells of the page that asks is
 * heeded (Fetch Metadata, and `Origin`). No browser speaks HTTP/1.0; proxies do, and nginx up to 1.29 by default,
 * without a header that names the client.
 */
export function foreignReason({ method, httpVersion, headers, socket }: RequestOrigin): string | undefined {
  const { origin, 'sec-fetch-site': site } = headers;
  const host = headers['host'] ?? headers[':authority'];
  if (method !== 'GET') return 'it is read with GET alone';
  if (!isLoopback(socket.remoteAddress)) return 'it answers this machine alone';
  if (proxyHeaderIn(headers) !== undefined || !/^(1\.1|[23](\.0)?)$/.test(httpVersion ?? ''))
    return 'it does not answer by way of a proxy';
  if (typeof host !== 'string' || !LOCAL_HOST.test(host)) {
    return 'it answers under localhost, 127.0.0.1 and [::1] alone';
  }
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return 'another site asks for it';
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`) {
    return 'another origin asks for it';
  }
  return undefined;
}

/** 127.0.0.0/8 and ::1 (RFC 6890), also as an IPv4 address in IPv6. */
function isLoopback(address: string | undefined): boolean {
  const plain = address?.replace(/^::ffff:/i, '');
  return plain === '::1' || (plain !== undefined && isIP(plain) === 4 && plain.startsWith('127.'));
}
