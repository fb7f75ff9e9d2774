import { isFromElsewhere, ownOrigins } from '../endpoints/same-origin.js';
import type { Exchange } from '../endpoints/exchange.js';
import { proxyHeaderIn } from './proxy-headers.js';

/**
 * Why a request may not administer; undefined when it may. It has to come from this machine, under a loopback name
 * (another name would be a rebound one) and not through a proxy, and what changes something must not come from a page of another origin.
 */
export function refusalOf(url: string, exchange: Exchange): string | undefined {
  const { headers, httpVersion, method, path, remoteAddress } = exchange;
  if (!/^(?:::ffff:)?127\.|^::1$/.test(remoteAddress ?? '')) {
    return 'The administration answers to this machine only.';
  }
  // No browser and no client of today speaks HTTP/1.0; proxies do, and nginx up to 1.29 by default.
  if (httpVersion !== '1.1' || proxyHeaderIn(headers) !== undefined) {
    return 'The administration does not answer by way of a proxy.';
  }
  if (!ownOrigins(url).includes(`https://${headers.host ?? ''}`)) {
    return 'The administration answers under localhost, 127.0.0.1 and [::1] only.';
  }
  const isPage = method === 'GET' && !path.startsWith('/admin/api');
  return !isPage && isFromElsewhere(url, headers)
    ? 'The administration does not answer to pages of another origin.'
    : undefined;
}
