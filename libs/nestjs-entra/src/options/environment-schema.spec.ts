import { describe, expect, it } from 'vitest';
import { entraEnvironmentSchema } from './environment-schema.js';

const TENANT = '7f3a1c52-0b1e-4f7a-9d43-1c2b3a4d5e6f';
const CLIENT = '2c9d8e71-5a34-4b0f-8a6d-90e1f2a3b4c5';
const { validate, version, vendor } = entraEnvironmentSchema['~standard'];

describe('entraEnvironmentSchema', () => {
  it('is a Standard Schema of version 1', () => {
    expect({ version, vendor }).toEqual({ version: 1, vendor: 'nestjs-entra' });
  });

  it.each([
    { AZURE_TENANT_ID: TENANT, AZURE_CLIENT_ID: CLIENT, AZURE_CLIENT_SECRET: 's', PATH: '/bin' },
    { AZURE_TENANT_ID: 'common', AZURE_CLIENT_ID: CLIENT },
    { AzureAd__TenantId: TENANT, AZUREAD__CLIENTID: CLIENT, PATH: '/bin' },
  ])('passes %o through', (environment) => {
    expect(validate(environment)).toEqual({ value: environment });
  });

  it.each<[unknown, string[]]>([
    [
      { AZURE_CLIENT_ID: CLIENT },
      [
        'AZURE_TENANT_ID is not set in the environment; set it to the tenant of the API, a GUID or verified domain, or pass options to AuthModule.forRoot().',
      ],
    ],
    [
      { AZURE_TENANT_ID: TENANT, AZURE_CLIENT_ID: 'my-api' },
      ['clientId is "my-api"; give the application (client) id of the API, a GUID.'],
    ],
    [
      { AzureAd__TenantId: TENANT, AzureAd__ClientId: 'my-api' },
      ['clientId is "my-api"; give the application (client) id of the API, a GUID.'],
    ],
    [
      { AzureAd__TenantId: TENANT, AzureAd__ClientId: CLIENT, AzureAd__SendX5C: 'maybe' },
      ['AzureAd:SendX5C is "maybe"; give true or false.'],
    ],
    [undefined, ['The environment is no object; give process.env, or what a file of variables holds.']],
  ])('says what is wrong with %o', (environment, messages) => {
    expect(validate(environment)).toEqual({ issues: messages.map((message) => ({ message })) });
  });
});
