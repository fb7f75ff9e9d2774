import { describe, expect, it } from 'vitest';
import { isDevelopment, isTlsVerificationOff } from './node-environment.js';

describe('isDevelopment', () => {
  it.each([undefined, '', ' ', 'development', 'test', 'Development', 'TEST', ' test\n'])(
    'is true while NODE_ENV is %j',
    (NODE_ENV) => {
      expect(isDevelopment({ NODE_ENV })).toBe(true);
    },
  );

  it.each([
    'production',
    'PRODUCTION',
    ' production ',
    'Production\n',
    'prod',
    'staging',
    'dev',
    'development2',
    'test,production',
    '0',
    'undefined',
  ])('is false while NODE_ENV is %j', (NODE_ENV) => {
    expect(isDevelopment({ NODE_ENV })).toBe(false);
  });
});

describe('An environment whose names have no case, as process.env on Windows', () => {
  const caseless = (variables: Readonly<Record<string, string>>) =>
    new Proxy<Record<string, string>>(
      { ...variables },
      {
        get: (target, name) => target[String(name).toLowerCase()],
        getOwnPropertyDescriptor: (target, name) =>
          Object.getOwnPropertyDescriptor(target, String(name).toLowerCase()),
      },
    );

  it('is production when node_env says so', () => {
    expect(isDevelopment(caseless({ node_env: 'production' }))).toBe(false);
  });

  it('accepts every certificate when node_tls_reject_unauthorized says so', () => {
    expect(isTlsVerificationOff(caseless({ node_tls_reject_unauthorized: '0' }))).toBe(true);
  });
});

describe('isTlsVerificationOff', () => {
  it('is true for "0" only, as in Node.js', () => {
    const values = [undefined, '', '1', '00', ' 0', 'false', '0'];
    const off = values.filter((value) => isTlsVerificationOff({ NODE_TLS_REJECT_UNAUTHORIZED: value }));
    expect(off).toEqual(['0']);
  });
});
