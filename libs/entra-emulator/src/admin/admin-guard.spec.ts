import { expect, it } from 'vitest';
import type { Exchange } from '../endpoints/exchange.js';
import { refusalOf } from './admin-guard.js';

const URL = 'https://localhost:8443';

function exchange(
  remoteAddress: string | undefined,
  added: Record<string, string> = {},
  httpVersion = '1.1',
): Exchange {
  const headers = { host: 'localhost:8443', ...added };
  return { method: 'GET', path: '/admin', headers, remoteAddress, httpVersion } as unknown as Exchange;
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

it.each([
  ['HTTP/1.0', {}, '1.0'],
  ...['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-anything', 'x-real-ip', 'cf-connecting-ip'].map(
    (name) => [name, { [name]: '127.0.0.1' }, '1.1'] as const,
  ),
  ...['true-client-ip', 'x-client-ip', 'cdn-loop', 'x-arr-log-id', 'x-azure-clientip', 'fly-client-ip'].map(
    (name) => [name, { [name]: '127.0.0.1' }, '1.1'] as const,
  ),
] as const)('does not administer through a proxy that shows itself by %s', (_what, headers, version) => {
  expect(refusalOf(URL, exchange('127.0.0.1', headers, version))).toBe(
    'The administration does not answer by way of a proxy.',
  );
});
