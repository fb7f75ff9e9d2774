import { afterEach, describe, expect, it, vi } from 'vitest';
import { credentialFaults } from './credential-faults.js';

afterEach(() => vi.unstubAllEnvs());

describe('credentialFaults', () => {
  it.each([
    ['missing', undefined],
    ['an empty list', []],
    ['a secret', [{ sourceType: 'ClientSecret', clientSecret: 's' }]],
    ['a certificate in one file', [{ sourceType: 'Path', certificateDiskPath: '/c.pem' }]],
    [
      'a certificate in two files, the key encrypted',
      [{ sourceType: 'Path', certificateDiskPath: '/c', privateKeyDiskPath: '/k', certificatePassword: 'p' }],
    ],
    ['a certificate as text', [{ sourceType: 'Certificate', certificate: 'c', privateKey: 'k' }]],
    ['a certificate in base64', [{ sourceType: 'Base64Encoded', base64EncodedValue: 'AAAA' }]],
    [
      'a certificate in Key Vault',
      [
        {
          sourceType: 'KeyVault',
          keyVaultUrl: 'https://contoso.vault.azure.net/',
          keyVaultCertificateName: 'orders-api',
        },
      ],
    ],
    [
      'an assertion in a file',
      [{ sourceType: 'SignedAssertionFilePath', signedAssertionFileDiskPath: '/token' }],
    ],
    ['a managed identity', [{ sourceType: 'SignedAssertionFromManagedIdentity' }]],
    [
      'a user-assigned managed identity of a national cloud',
      [
        {
          sourceType: 'SignedAssertionFromManagedIdentity',
          managedIdentityClientId: '2C9D8E71-5a34-4b0f-8a6d-90e1f2a3b4c5',
          tokenExchangeUrl: 'api://AzureADTokenExchangeUSGov',
        },
      ],
    ],
    ['an assertion of its own', [{ sourceType: 'CustomSignedAssertion', getAssertion: () => 'a.b.c' }]],
  ])('finds nothing wrong with %s', (_what, credentials) => {
    expect(credentialFaults(credentials)).toEqual([]);
  });

  it.each<[string, unknown, string[]]>([
    [
      'no list',
      { sourceType: 'ClientSecret', clientSecret: 's' },
      [
        'clientCredentials is not a list; give a list such as [{ sourceType: "ClientSecret", clientSecret }].',
      ],
    ],
    [
      'an entry that is no object',
      ['secret'],
      ['clientCredentials[0] is not an object; give an object with a sourceType.'],
    ],
    [
      'an entry that is null',
      [null],
      ['clientCredentials[0] is not an object; give an object with a sourceType.'],
    ],
    [
      'an empty secret',
      [{ sourceType: 'ClientSecret', clientSecret: '' }],
      ['clientCredentials[0].clientSecret is empty; give it as a non-empty string.'],
    ],
    [
      'a blank secret',
      [{ sourceType: 'ClientSecret', clientSecret: ' \n' }],
      ['clientCredentials[0].clientSecret is empty; give it as a non-empty string.'],
    ],
    [
      'a missing secret',
      [{ sourceType: 'ClientSecret' }],
      ['clientCredentials[0].clientSecret is missing; give it as a non-empty string.'],
    ],
    [
      'a secret that is no string',
      [{ sourceType: 'ClientSecret', clientSecret: 7 }],
      ['clientCredentials[0].clientSecret is not a string; give it as a non-empty string.'],
    ],
    [
      'an empty optional field',
      [{ sourceType: 'Path', certificateDiskPath: '/c', certificatePassword: '' }],
      ['clientCredentials[0].certificatePassword is empty; give it as a non-empty string.'],
    ],
    [
      'a misspelt field',
      [{ sourceType: 'Path', certificatePath: '/c' }],
      [
        'clientCredentials[0].certificatePath is no field of a Path credential of nestjs-entra; did you mean clientCredentials[0].certificateDiskPath?',
        'clientCredentials[0].certificateDiskPath is missing; give it as a non-empty string.',
      ],
    ],
    [
      'a vault without TLS, and a name no certificate has',
      [
        {
          sourceType: 'KeyVault',
          keyVaultUrl: 'http://contoso.vault.azure.net',
          keyVaultCertificateName: 'a/b',
        },
      ],
      [
        'clientCredentials[0].keyVaultUrl is "http://contoso.vault.azure.net"; give the address of the vault, such as "https://contoso.vault.azure.net".',
        'clientCredentials[0].keyVaultCertificateName is "a/b"; give the name of a certificate in the vault: letters, digits and "-".',
      ],
    ],
    [
      'a managed identity that is no GUID',
      [{ sourceType: 'SignedAssertionFromManagedIdentity', managedIdentityClientId: 'mine' }],
      [
        'clientCredentials[0].managedIdentityClientId is "mine"; give the client id of the managed identity, a GUID, or leave it out.',
      ],
    ],
    [
      'an audience of no token to exchange',
      [{ sourceType: 'SignedAssertionFromManagedIdentity', tokenExchangeUrl: 'zzz' }],
      [
        'clientCredentials[0].tokenExchangeUrl is "zzz"; give the audience of the token to exchange, such as "api://AzureADTokenExchange", or leave it out.',
      ],
    ],
    [
      'no file for workload identity',
      [{ sourceType: 'SignedAssertionFilePath' }],
      [
        'clientCredentials[0].signedAssertionFileDiskPath is missing and the environment variable AZURE_FEDERATED_TOKEN_FILE is not set; give one of the two.',
      ],
    ],
    [
      'no function',
      [{ sourceType: 'CustomSignedAssertion' }, { sourceType: 'CustomSignedAssertion', getAssertion: 'jwt' }],
      [
        'clientCredentials[0].getAssertion is missing; give a function that gives a signed assertion.',
        'clientCredentials[1].getAssertion is not a function; give a function that gives a signed assertion.',
      ],
    ],
    [
      'two entries, each with a fault',
      [{ sourceType: 'Certificate', certificate: 'c' }, { sourceType: 'ClientSecret' }],
      [
        'clientCredentials[0].privateKey is missing; give it as a non-empty string.',
        'clientCredentials[1].clientSecret is missing; give it as a non-empty string.',
      ],
    ],
  ])('says what is wrong with %s', (_what, credentials, faults) => {
    expect(credentialFaults(credentials)).toEqual(faults);
  });

  it.each([
    ['missing', {}, 'missing'],
    ['misspelt', { sourceType: 'ClientSecrt' }, '"ClientSecrt"'],
    ['a kind of .NET', { sourceType: 'StoreWithThumbprint' }, '"StoreWithThumbprint"'],
    ['what may be a secret', { sourceType: 'correct-horse-battery' }, '"(hidden)"'],
    ['a name every object has', { sourceType: 'constructor' }, '"(hidden)"'],
    ['no string', { sourceType: 3 }, '3'],
  ])('lists the kinds there are when sourceType is %s', (_what, credential, shown) => {
    const [fault, ...others] = credentialFaults([credential]);
    expect(others).toEqual([]);
    expect(fault).toMatch(/^clientCredentials\[0\]\.sourceType is /);
    expect(fault).toContain(`is ${shown}; give one of `);
    for (const kind of ['ClientSecret', 'Path', 'Certificate']) expect(fault).toContain(kind);
  });

  it('takes the file of workload identity from the environment', () => {
    vi.stubEnv('AZURE_FEDERATED_TOKEN_FILE', '/var/run/secrets/azure/tokens/azure-identity-token');
    expect(credentialFaults([{ sourceType: 'SignedAssertionFilePath' }])).toEqual([]);
  });

  it('hides what looks like a secret where a value is shown', () => {
    const faults = credentialFaults([
      {
        sourceType: 'KeyVault',
        keyVaultUrl: 'https://me:canary@v.example',
        keyVaultCertificateName: 'eyJjYW5hcnk.canary.canary',
      },
      { sourceType: 'eyJjYW5hcnk.canary.canary' },
      {
        sourceType: 'SignedAssertionFromManagedIdentity',
        managedIdentityClientId: 'eyJjYW5hcnk.canary.canary',
      },
      { sourceType: 'KeyVault', keyVaultUrl: 'https://:canary@v.example', keyVaultCertificateName: 'a' },
    ]);
    expect(faults).toHaveLength(5);
    for (const fault of faults) expect(fault).toContain('(hidden)');
    expect(faults.join()).not.toContain('canary');
  });

  it('shows no value, for values are secret', () => {
    const faults = credentialFaults([
      { sourceType: 'ClientSecret', clientSecret: 'canary', secret: 'canary' },
      'canary',
      { sourceType: 'ClientSecret', clientSecret: ['canary'] },
    ]);
    expect(faults).toHaveLength(3);
    expect(faults.join()).not.toContain('canary');
  });
});
