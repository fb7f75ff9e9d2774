import { describe, expect, it } from 'vitest';
import { foreignReason } from './local-request.js';

const from = (remoteAddress: string | undefined, headers: Record<string, string> = {}, method = 'GET') =>
  foreignReason({ method, headers: { host: 'localhost:3000', ...headers }, socket: { remoteAddress } });

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
    expect(foreignReason({ method: 'GET', headers: {}, socket: { remoteAddress: '::1' } })).toBe(
      'it answers under localhost, 127.0.0.1 and [::1] alone',
    );
  });
});
