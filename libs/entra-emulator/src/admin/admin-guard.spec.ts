import { expect, it } from 'vitest';
import type { Exchange } from '../endpoints/exchange.js';
import { refusalOf } from './admin-guard.js';

const URL = 'https://localhost:8443';

function exchange(remoteAddress: string | undefined): Exchange {
  const headers = { host: 'localhost:8443' };
  return { method: 'GET', path: '/admin', headers, remoteAddress } as unknown as Exchange;
}

it.each(['127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1'])('%s may administer', (address) => {
  expect(refusalOf(URL, exchange(address))).toBeUndefined();
});

it.each(['192.168.0.7', '::ffff:192.168.0.7', 'fe80::1', '10.127.0.1', '::1:1', undefined])(
  '%s may not',
  (address) => {
    expect(refusalOf(URL, exchange(address))).toBe('The administration answers to this machine only.');
  },
);
