import { describe, expect, it } from 'vitest';
import { hostnameOf, isB2cHost, isExternalIdHost } from './login-host.js';

describe('hostnameOf', () => {
  it.each<[unknown, string]>([
    ['https://contoso.b2clogin.com', 'contoso.b2clogin.com'],
    ['HTTPS://CONTOSO.B2clogin.com:8443/', 'contoso.b2clogin.com'],
    ['contoso.b2clogin.com', ''],
    [undefined, ''],
    [null, ''],
    [7, ''],
  ])('of %j is %j', (instance, hostname) => {
    expect(hostnameOf(instance)).toBe(hostname);
  });
});

describe('the login host', () => {
  it.each([
    // B2C, External ID
    ['contoso.b2clogin.com', true, false],
    ['contoso.b2clogin.cn', true, false],
    ['contoso.ciamlogin.com', false, true],
    ['b2clogin.com', false, false],
    ['b2clogin.cn', false, false],
    ['contoso.b2clogin.cn.example', false, false],
    ['notb2clogin.com', false, false],
    ['notciamlogin.com', false, false],
    ['contoso.b2clogin.com.example', false, false],
    ['login.microsoftonline.com', false, false],
    ['', false, false],
  ])('%j', (hostname, isB2c, isExternalId) => {
    expect([isB2cHost(hostname), isExternalIdHost(hostname)]).toEqual([isB2c, isExternalId]);
  });
});
