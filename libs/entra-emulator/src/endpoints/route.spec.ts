import { describe, expect, it } from 'vitest';
import { routeOf } from './route.js';

describe('routeOf', () => {
  it.each([
    ['/t/oauth2/v2.0/token', { endpoint: 'token', tenant: 't', version: 2, policy: undefined }],
    ['/t/OAuth2/V2.0/Token', { endpoint: 'token', tenant: 't', version: 2, policy: undefined }],
    ['/t/discovery/keys', { endpoint: 'keys', tenant: 't', version: 1, policy: undefined }],
    [
      '/t/.well-known/openid-configuration',
      { endpoint: 'discovery', tenant: 't', version: 1, policy: undefined },
    ],
    ['/t/B2C_1A_x/oauth2/v2.0/token', { endpoint: 'token', tenant: 't', version: 2, policy: 'B2C_1A_x' }],
    ['/tfp/t/b2c_1_x/oauth2/v2.0/token', { endpoint: 'token', tenant: 't', version: 2, policy: 'b2c_1_x' }],
    ['/t/oauth2/v2.0/token?p=b2c_1_x', { endpoint: 'token', tenant: 't', version: 2, policy: 'b2c_1_x' }],
    ['/t/oauth2/v2.0/token?p=other', { endpoint: 'token', tenant: 't', version: 2, policy: undefined }],
    ['/%74%zz/oauth2/v2.0/token', { endpoint: 'token', tenant: '%74%zz', version: 2, policy: undefined }],
    ['/t/oauth2/v2.0/token/', { endpoint: 'other', tenant: 't', version: 2, policy: undefined }],
    ['/', { endpoint: 'other', tenant: '', version: 2, policy: undefined }],
  ])('%s', (path, route) => {
    expect(routeOf(new URL(path, 'https://localhost'))).toEqual(route);
  });
});
