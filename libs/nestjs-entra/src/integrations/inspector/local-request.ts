import { isIP } from 'node:net';

/** As much of Node's request as decides. */
export interface RequestOrigin {
  readonly method?: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly socket: { readonly remoteAddress?: string };
}

const LOCAL_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;
/** Whoever comes by way of a proxy comes from elsewhere, though the connection is of this machine. */
const PROXY_HEADERS = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'];

/**
 * Why a request is not one of a browser on this machine that opened the page itself; `undefined` when it is.
 *
 * The address alone does not tell: a page of the internet may send requests to this machine, and by DNS rebinding
 * under its own name. So the `Host` is one of the loopback, and what the browser tells of the page that asks is
 * heeded (Fetch Metadata, and `Origin`).
 */
export function foreignReason({ method, headers, socket }: RequestOrigin): string | undefined {
  const { host, origin, 'sec-fetch-site': site } = headers;
  if (method !== 'GET') return 'it is read with GET alone';
  if (!isLoopback(socket.remoteAddress)) return 'it answers this machine alone';
  if (PROXY_HEADERS.some((name) => headers[name] !== undefined))
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
