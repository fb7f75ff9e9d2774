import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../errors/configuration.error.js';
import { fromEnvironment } from './environment-options.js';

const required = { AZURE_TENANT_ID: 'contoso.com', AZURE_CLIENT_ID: 'an id' };

describe('fromEnvironment', () => {
  it.each<[string, Record<string, string>, object]>([
    ['tenant and client alone', {}, {}],
    [
      'another cloud',
      { AZURE_AUTHORITY_HOST: 'https://login.microsoftonline.us/' },
      { instance: 'https://login.microsoftonline.us/' },
    ],
    [
      'a secret',
      { AZURE_CLIENT_SECRET: 's' },
      { clientCredentials: [{ sourceType: 'ClientSecret', clientSecret: 's' }] },
    ],
    [
      'a certificate',
      { AZURE_CLIENT_CERTIFICATE_PATH: '/c.pem' },
      { clientCredentials: [{ sourceType: 'Path', certificateDiskPath: '/c.pem' }] },
    ],
    [
      'a certificate with a password, whose chain is sent',
      {
        AZURE_CLIENT_CERTIFICATE_PATH: '/c.pfx',
        AZURE_CLIENT_CERTIFICATE_PASSWORD: 'p',
        AZURE_CLIENT_SEND_CERTIFICATE_CHAIN: 'True',
      },
      {
        clientCredentials: [{ sourceType: 'Path', certificateDiskPath: '/c.pfx', certificatePassword: 'p' }],
        sendX5C: true,
      },
    ],
    ['a chain that is sent, as 1', { AZURE_CLIENT_SEND_CERTIFICATE_CHAIN: '1' }, { sendX5C: true }],
    ['a chain that is not', { AZURE_CLIENT_SEND_CERTIFICATE_CHAIN: 'no' }, {}],
    [
      'workload identity',
      { AZURE_FEDERATED_TOKEN_FILE: '/token' },
      {
        clientCredentials: [{ sourceType: 'SignedAssertionFilePath', signedAssertionFileDiskPath: '/token' }],
      },
    ],
    [
      'all of them, in the order of @azure/identity',
      {
        AZURE_FEDERATED_TOKEN_FILE: '/token',
        AZURE_CLIENT_CERTIFICATE_PATH: '/c.pem',
        AZURE_CLIENT_SECRET: 's',
      },
      {
        clientCredentials: [
          { sourceType: 'ClientSecret', clientSecret: 's' },
          { sourceType: 'Path', certificateDiskPath: '/c.pem' },
          { sourceType: 'SignedAssertionFilePath', signedAssertionFileDiskPath: '/token' },
        ],
      },
    ],
    ['empty variables, which count as not set', { AZURE_CLIENT_SECRET: '', AZURE_AUTHORITY_HOST: '' }, {}],
  ])('reads %s', (_what, variables, options) => {
    expect(fromEnvironment({ ...required, ...variables })).toEqual({
      tenantId: 'contoso.com',
      clientId: 'an id',
      ...options,
    });
  });

  it.each([{}, { AZURE_TENANT_ID: '' }, { AZURE_CLIENT_ID: 'an id' }])(
    'names what is missing of %o',
    (variables) => {
      const missing = ['AZURE_TENANT_ID', ...('AZURE_CLIENT_ID' in variables ? [] : ['AZURE_CLIENT_ID'])];
      expect(() => fromEnvironment(variables)).toThrow(ConfigurationError);
      try {
        fromEnvironment(variables);
      } catch (error) {
        const { faults } = error as ConfigurationError;
        expect(faults.map((fault) => fault.split(' ')[0])).toEqual(missing);
      }
    },
  );
});
