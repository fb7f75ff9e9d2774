import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fromAzureAdSection } from './azure-ad-section.js';

const TENANT = '7f3a1c52-0b1e-4f7a-9d43-1c2b3a4d5e6f';
const CLIENT = '2c9d8e71-5a34-4b0f-8a6d-90e1f2a3b4c5';
const section = { Instance: 'https://login.microsoftonline.com/', TenantId: TENANT, ClientId: CLIENT };
const options = { instance: 'https://login.microsoftonline.com/', tenantId: TENANT, clientId: CLIENT };

let warnings: string[];
beforeEach(() => {
  warnings = [];
  vi.spyOn(Logger.prototype, 'warn').mockImplementation((text: unknown) => void warnings.push(String(text)));
});
afterEach(() => vi.restoreAllMocks());

describe('fromAzureAdSection reads', () => {
  it.each<[string, object, object]>([
    ['a whole file', { Logging: {}, AzureAd: section, AllowedHosts: '*' }, options],
    ['the section alone', section, options],
    [
      'names in other letters',
      { AZUREAD: { instance: section.Instance, tenantid: TENANT, CLIENTID: CLIENT } },
      options,
    ],
    [
      'variables',
      {
        PATH: '/bin',
        AzureAd__Instance: section.Instance,
        AZUREAD__TENANTID: TENANT,
        'AzureAd:ClientId': CLIENT,
        AzureAd__ClientCredentials__0__SourceType: 'ClientSecret',
        AzureAd__ClientCredentials__0__ClientSecret: 's',
      },
      { ...options, clientCredentials: [{ sourceType: 'ClientSecret', clientSecret: 's' }] },
    ],
    [
      'variables over a file, wherever they stand',
      {
        AzureAd__ClientId: CLIENT,
        AzureAd: {
          ...section,
          ClientId: 'of the file',
          ClientCredentials: [
            {
              SourceType: 'KeyVault',
              KeyVaultUrl: 'https://v.vault.azure.net',
              KeyVaultCertificateName: 'c',
            },
            { SourceType: 'ClientSecret', ClientSecret: 'of the file' },
          ],
        },
        AzureAd__ClientCredentials__1__ClientSecret: 's',
      },
      {
        ...options,
        clientCredentials: [
          { sourceType: 'KeyVault', keyVaultUrl: 'https://v.vault.azure.net', keyVaultCertificateName: 'c' },
          { sourceType: 'ClientSecret', clientSecret: 's' },
        ],
      },
    ],
    [
      'the variables of a section alone',
      { ...section, ClientCapabilities__0: 'cp1' },
      { ...options, clientCapabilities: ['cp1'] },
    ],
    [
      'an authority',
      { Authority: `https://login.microsoftonline.us/${TENANT}/v2.0/`, ClientId: CLIENT },
      { instance: 'https://login.microsoftonline.us', tenantId: TENANT, clientId: CLIENT },
    ],
    [
      'an authority of External ID',
      { Authority: 'https://contoso.ciamlogin.com/', ClientId: CLIENT },
      { instance: 'https://contoso.ciamlogin.com', tenantId: 'contoso.onmicrosoft.com', clientId: CLIENT },
    ],
    [
      'an authority of Azure AD B2C',
      {
        AzureAdB2C: {
          Authority: 'https://contoso.b2clogin.com/tfp/contoso.onmicrosoft.com/B2C_1_in/v2.0',
          ClientId: CLIENT,
        },
      },
      {
        instance: 'https://contoso.b2clogin.com',
        tenantId: 'contoso.onmicrosoft.com',
        signUpSignInPolicyId: 'B2C_1_in',
        clientId: CLIENT,
      },
    ],
    [
      'Azure AD B2C by its domain',
      {
        Instance: 'https://contoso.b2clogin.com/tfp/',
        Domain: 'contoso.onmicrosoft.com',
        SignUpSignInPolicyId: 'B2C_1_in',
        ClientId: CLIENT,
      },
      {
        instance: 'https://contoso.b2clogin.com',
        tenantId: 'contoso.onmicrosoft.com',
        signUpSignInPolicyId: 'B2C_1_in',
        clientId: CLIENT,
      },
    ],
    [
      'one audience and several',
      { ...section, Audience: 'api://a', Audiences: ['api://b', 'api://a'] },
      { ...options, audience: ['api://a', 'api://b'] },
    ],
    [
      'an access list',
      { ...section, AllowWebApiToBeAuthorizedByACL: 'True' },
      { ...options, allowWebApiToBeAuthorizedByACL: true },
    ],
    ['x5c', { ...section, SendX5C: false }, { ...options, sendX5C: false }],
    [
      'empty texts and lists, as left out',
      { ...section, ClientSecret: '', ClientCertificates: [], Audience: null, Audiences: [] },
      options,
    ],
    [
      'keys of a web application, in silence',
      { ...section, CallbackPath: '/signin-oidc', ResponseType: 'code', EnablePiiLogging: true },
      options,
    ],
    [
      'what credentials were before ClientCredentials, in the order of Microsoft.Identity.Web',
      {
        ...section,
        ClientSecret: 's',
        ClientCertificates: [{ SourceType: 'Path', CertificateDiskPath: 'c.pfx', CertificatePassword: 'p' }],
        ClientCredentialsUsingManagedIdentity: { IsEnabled: true, ManagedIdentityClientId: CLIENT },
      },
      {
        ...options,
        clientCredentials: [
          { sourceType: 'SignedAssertionFromManagedIdentity', managedIdentityClientId: CLIENT },
          { sourceType: 'Path', certificateDiskPath: 'c.pfx', certificatePassword: 'p' },
          { sourceType: 'ClientSecret', clientSecret: 's' },
        ],
      },
    ],
    [
      'a managed identity that is not enabled',
      { ...section, ClientCredentialsUsingManagedIdentity: { IsEnabled: false } },
      options,
    ],
    [
      'APIs',
      {
        AzureAd: section,
        DownstreamApis: {
          Graph: { BaseUrl: 'https://graph.microsoft.com/v1.0', Scopes: 'user.read  mail.read' },
          Orders: {
            BaseUrl: 'https://orders',
            Scopes: ['api://orders/.default'],
            RelativePath: 'v1',
            RequestAppToken: 'true',
          },
        },
      },
      {
        ...options,
        downstreamApis: {
          Graph: { baseUrl: 'https://graph.microsoft.com/v1.0', scopes: ['user.read', 'mail.read'] },
          Orders: {
            baseUrl: 'https://orders',
            scopes: ['api://orders/.default'],
            relativePath: 'v1',
            requestAppToken: true,
          },
        },
      },
    ],
    [
      'the one API of the templates',
      {
        AzureAd: section,
        DownstreamApi: { BaseUrl: 'https://graph.microsoft.com/v1.0', Scopes: 'user.read' },
      },
      {
        ...options,
        downstreamApis: {
          DownstreamApi: { baseUrl: 'https://graph.microsoft.com/v1.0', scopes: ['user.read'] },
        },
      },
    ],
  ])('%s', (_what, configuration, expected) => {
    expect(fromAzureAdSection(configuration)).toEqual(expected);
    expect(warnings).toEqual([]);
  });

  it.each<[object, object]>([
    [
      { SourceType: 'ClientSecret', ClientSecret: 's' },
      { sourceType: 'ClientSecret', clientSecret: 's' },
    ],
    [
      { SourceType: 6, ClientSecret: 's' },
      { sourceType: 'ClientSecret', clientSecret: 's' },
    ],
    [
      { SourceType: 'path', CertificateDiskPath: 'c', CertificatePassword: 'p', PrivateKeyDiskPath: 'k' },
      { sourceType: 'Path', certificateDiskPath: 'c', certificatePassword: 'p', privateKeyDiskPath: 'k' },
    ],
    [
      { SourceType: 'Base64Encoded', Base64EncodedValue: 'b', CertificatePassword: 'p' },
      { sourceType: 'Base64Encoded', base64EncodedValue: 'b', certificatePassword: 'p' },
    ],
    [
      { SourceType: 'Certificate', Certificate: 'c', PrivateKey: 'k' },
      { sourceType: 'Certificate', certificate: 'c', privateKey: 'k' },
    ],
    [
      {
        SourceType: 'KeyVault',
        KeyVaultUrl: 'u',
        KeyVaultCertificateName: 'n',
        ManagedIdentityClientId: 'own',
      },
      {
        sourceType: 'KeyVault',
        keyVaultUrl: 'u',
        keyVaultCertificateName: 'n',
        managedIdentityClientId: 'own',
      },
    ],
    [
      { SourceType: 'KeyVault', KeyVaultUrl: 'u', KeyVaultCertificateName: 'n' },
      {
        sourceType: 'KeyVault',
        keyVaultUrl: 'u',
        keyVaultCertificateName: 'n',
        managedIdentityClientId: CLIENT,
      },
    ],
    [
      { SourceType: 'SignedAssertionFilePath', SignedAssertionFileDiskPath: 'f' },
      { sourceType: 'SignedAssertionFilePath', signedAssertionFileDiskPath: 'f' },
    ],
    [
      { SourceType: 'SignedAssertionFilePath', SignedAssertionFilePath: 'f' },
      { sourceType: 'SignedAssertionFilePath', signedAssertionFileDiskPath: 'f' },
    ],
    [
      {
        SourceType: 'SignedAssertionFromManagedIdentity',
        TokenExchangeUrl: 'api://AzureADTokenExchangeChina',
      },
      {
        sourceType: 'SignedAssertionFromManagedIdentity',
        tokenExchangeUrl: 'api://AzureADTokenExchangeChina',
        managedIdentityClientId: CLIENT,
      },
    ],
  ])('the credential %o', (entry, credential) => {
    const { clientCredentials } = fromAzureAdSection({
      ...section,
      UserAssignedManagedIdentityClientId: CLIENT,
      ClientCredentials: [
        { ...entry, Skip: false },
        { SourceType: 'StoreWithThumbprint', Skip: true },
      ],
    });
    expect(clientCredentials).toEqual([credential]);
    expect(warnings).toEqual([]);
  });
});

describe('fromAzureAdSection warns', () => {
  it.each<[string, object, string]>([
    [
      'of a key that it does not know',
      { ...section, ClientCapabilites: ['cp1'] },
      'ClientCapabilites is not known to nestjs-entra and has no effect; did you mean ClientCapabilities?',
    ],
    [
      'of a key without effect',
      { AzureAd: { ...section, ExtraQueryParameters: { dc: 'test' } } },
      'AzureAd:ExtraQueryParameters has no effect: no parameters are added to token requests.',
    ],
    [
      'of scopes, which require nothing by themselves',
      { AzureAd: { ...section, Scopes: 'access_as_user reports.read' } },
      "AzureAd:Scopes requires nothing by itself; put @RequiredScopes('access_as_user', 'reports.read') on the controllers.",
    ],
    [
      'of an authority that says what is said already',
      { AzureAd: { ...section, Authority: `https://login.microsoftonline.com/${TENANT}` } },
      'AzureAd:Authority stands beside Instance and TenantId and says the same; remove it.',
    ],
    [
      'of an authority with the domain of the tenant',
      {
        AzureAd: {
          ...section,
          Domain: 'contoso.com',
          Authority: 'https://login.microsoftonline.com/contoso.com',
        },
      },
      'AzureAd:Authority stands beside Instance and TenantId and says the same; remove it.',
    ],
    [
      'of a secret beside credentials',
      {
        ...section,
        ClientSecret: 'canary',
        ClientCredentials: [{ SourceType: 'ClientSecret', ClientSecret: 's' }],
      },
      'ClientSecret is not used, because ClientCredentials are given; remove it.',
    ],
    [
      'of an unknown field of a credential',
      {
        ...section,
        ClientCredentials: [{ SourceType: 'ClientSecret', ClientSecret: 's', ClientSecrt: 'canary' }],
      },
      'ClientCredentials:0:ClientSecrt is not known to nestjs-entra and has no effect; did you mean ClientSecret?',
    ],
    [
      'of what an API has without effect',
      {
        AzureAd: section,
        DownstreamApis: { Graph: { BaseUrl: 'https://g', Scopes: ['User.Read'], HttpMethod: 'Get' } },
      },
      'DownstreamApis:Graph:HttpMethod has no effect: each call says its method.',
    ],
  ])('%s', (_what, configuration, warning) => {
    fromAzureAdSection(configuration);
    expect(warnings).toEqual([warning]);
    expect(warnings.join()).not.toContain('canary');
  });
});

describe('fromAzureAdSection', () => {
  it('takes a name such as __proto__ for what it is: a name', () => {
    const configuration = JSON.parse(
      `{ "AzureAd": { "Instance": "https://l", "TenantId": "t", "ClientId": "c", "__proto__": { "Audience": "x" } }, "AzureAd____proto____polluted": "x" }`,
    ) as object;
    expect(fromAzureAdSection(configuration)).toEqual({
      instance: 'https://l',
      tenantId: 't',
      clientId: 'c',
    });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
