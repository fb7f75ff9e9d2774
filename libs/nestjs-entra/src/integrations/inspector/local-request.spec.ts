import { describe, expect, it } from 'vitest';
import { foreignReason } from './local-request.js';

const from = (
  remoteAddress: string | undefined,
  headers: Record<string, string> = {},
  method = 'GET',
  httpVersion: string | undefined = '1.1',
) =>
  foreignReason({
    method,
    httpVersion,
    headers: { host: 'localhost:3000', ...headers },
    socket: { remoteAddress },
  });

const PROXY = 'it does not answer by way of a proxy';

describe('foreignReason', () => {
  it.each(['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1', '::FFFF:127.0.0.1'])(
    '%s is this machine',
    (address) => {
      expect(from(address)).toBeUndefined();
    },
  );

  it.each([
    '10.0.0.1',
    '192.168.0.2',
    '::ffff:10.0.0.1',
    'fe80::1',
    '2001:db8::1',
    '127.0.0.1.example',
    '127.',
    '::2',
    '',
    undefined,
  ])('%s is not', (address) => {
    expect(from(address)).toBe('it answers this machine alone');
  });

  it('is read with GET alone', () => {
    for (const method of ['POST', 'HEAD', 'PUT', 'DELETE']) {
      expect(from('127.0.0.1', {}, method)).toBe('it is read with GET alone');
    }
  });

  it('needs a host', () => {
    const socket = { remoteAddress: '::1' };
    expect(foreignReason({ method: 'GET', httpVersion: '1.1', headers: {}, socket })).toBe(
      'it answers under localhost, 127.0.0.1 and [::1] alone',
    );
  });

  it.each(['1.0', '0.9', '', '1.10', '11.1', '2.1'])(
    'rejects HTTP/%s, which no browser speaks',
    (version) => {
      expect(from('127.0.0.1', {}, 'GET', version)).toBe(PROXY);
    },
  );

  it('accepts HTTP/2, where the host stands in :authority', () => {
    const headers = { ':authority': 'localhost:3000' };
    const socket = { remoteAddress: '::1' };
    expect(foreignReason({ method: 'GET', httpVersion: '2.0', headers, socket })).toBeUndefined();
  });

  it.each([
    'forwarded',
    'via',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
    'x-forwarded-port',
    'x-forwarded',
    'x-forwarded-server',
    'x-forwarded-client-cert',
    'x-original-forwarded-for',
    'x-real-ip',
    'x-client-ip',
    'client-ip',
    'true-client-ip',
    'x-cluster-client-ip',
    'x-proxyuser-ip',
    'cf-connecting-ip',
    'cf-ray',
    'cf-ipcountry',
    'cdn-loop',
    'fastly-client-ip',
    'fly-client-ip',
    'x-envoy-external-address',
    'x-arr-log-id',
    'x-azure-clientip',
    'x-appengine-user-ip',
    'x-amzn-trace-id',
    'x-amz-cf-id',
    'cloudfront-viewer-address',
    'x-cloud-trace-context',
    'x-original-host',
    'x-original-url',
    'x-rewrite-url',
    'tailscale-user-login',
    'x-vercel-id',
  ])('rejects a request with %s, which only a proxy adds', (name) => {
    for (const value of ['', '127.0.0.1']) expect(from('127.0.0.1', { [name]: value })).toBe(PROXY);
  });

  it('accepts what a browser sends by itself', () => {
    const browser = {
      accept: 'text/html',
      'accept-encoding': 'gzip',
      'accept-language': 'en',
      'cache-control': 'no-cache',
      connection: 'keep-alive',
      cookie: 'a=b',
      dnt: '1',
      pragma: 'no-cache',
      priority: 'u=0, i',
      'sec-ch-ua': '"Chromium"',
      'sec-fetch-dest': 'document',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-site': 'none',
      'sec-fetch-user': '?1',
      'sec-gpc': '1',
      te: 'trailers',
      'upgrade-insecure-requests': '1',
      'user-agent': 'x',
    };
    expect(from('127.0.0.1', browser)).toBeUndefined();
  });
});
