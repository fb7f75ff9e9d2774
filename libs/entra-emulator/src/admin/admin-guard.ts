import { isFromElsewhere, ownOrigins } from '../endpoints/same-origin.js';
import type { Exchange } from '../endpoints/exchange.js';

/**
 * Why a request may not administer; undefined when it may. It has to come from this machine, under a loopback name
 * (another name would be a rebound one), and what changes something must not come from a page of another origin.
 */
export function refusalOf(url: string, exchange: Exchange): string | undefined {
  const { headers, method, path, remoteAddress } = exchange;
  if (!/^(?:::ffff:)?127\.|^::1$/.test(remoteAddress ?? '')) {
    return 'The administration answers to this machine only.';
  }
  if (!ownOrigins(url).includes(`https://${headers.host ?? ''}`)) {
    return 'The administration answers under localhost, 127.0.0.1 and [::1] only.';
  }
  const isPage = method === 'GET' && !path.startsWith('/admin/api');
  return !isPage && isFromElsewhere(url, headers)
    ? 'The administration does not answer to pages of another origin.'
    : undefined;
}
