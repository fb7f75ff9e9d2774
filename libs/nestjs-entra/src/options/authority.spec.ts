import { describe, expect, it } from 'vitest';
import { Authority, issuerOf } from './authority.js';

const TENANT = '7f3a1c52-0b1e-4f7a-9d43-1c2b3a4d5e6f';

describe('Authority', () => {
  const v2 = (host: string) => `https://${host}/{tenantid}/v2.0`;
  const v1 = (host: string) => `https://${host}/{tenantid}/`;
  const GRAPH = 'https://graph.microsoft.com';
  const CHINA_GRAPH = 'https://microsoftgraph.chinacloudapi.cn';

  it.each([
    ['https://login.microsoftonline.com', v2('login.microsoftonline.com'), v1('sts.windows.net'), GRAPH],
    ['https://login.windows.net', v2('login.microsoftonline.com'), v1('sts.windows.net'), GRAPH],
    [
      'https://login.microsoftonline.us',
      v2('login.microsoftonline.us'),
      v1('sts.windows.net'),
      'https://graph.microsoft.us',
    ],
    [
      'https://login.partner.microsoftonline.cn',
      v2('login.partner.microsoftonline.cn'),
      v1('sts.chinacloudapi.cn'),
      CHINA_GRAPH,
    ],
    [
      'https://login.chinacloudapi.cn',
      v2('login.partner.microsoftonline.cn'),
      v1('sts.chinacloudapi.cn'),
      CHINA_GRAPH,
    ],
    // External ID has no v1.0 tokens; of a host that is none of Microsoft's, its metadata tells.
    ['https://contoso.ciamlogin.com', 'https://{tenantid}.ciamlogin.com/{tenantid}/v2.0', null, GRAPH],
    ['https://localhost:8443', v2('localhost:8443'), undefined, GRAPH],
    ['https://contoso.b2clogin.com', 'https://contoso.b2clogin.com/{tenantid}/v2.0/', null, GRAPH],
  ])(
    'knows the issuers and Microsoft Graph of %s',
    (instance, v2IssuerTemplate, v1IssuerTemplate, graphResource) => {
      const authority = new Authority(instance, TENANT);
      expect(authority).toMatchObject({ v2IssuerTemplate, v1IssuerTemplate, graphResource });
      expect(authority.v2Issuer(TENANT)).toBe(v2IssuerTemplate.replaceAll('{tenantid}', TENANT));
    },
  );

  it.each([
    'https://login.microsoftonline.com',
    'https://login.microsoftonline.com/',
    'HTTPS://LOGIN.microsoftonline.COM',
  ])('takes the origin of %s', (instance) => {
    expect(new Authority(instance, TENANT).instance).toBe('https://login.microsoftonline.com');
  });

  it.each([
    // tenant as configured, lower case, GUID, many tenants, personal accounts
    [TENANT.toUpperCase(), TENANT, TENANT, false, false],
    ['Contoso.OnMicrosoft.com', 'contoso.onmicrosoft.com', undefined, false, false],
    ['organizations', 'organizations', undefined, true, false],
    ['Common', 'common', undefined, true, true],
  ])('understands tenant %s', (configured, tenant, tenantId, isMultiTenant, acceptsPersonalAccounts) => {
    expect(new Authority('https://login.microsoftonline.com', configured)).toMatchObject({
      tenant,
      tenantId,
      isMultiTenant,
      acceptsPersonalAccounts,
    });
  });

  it.each([
    [TENANT, TENANT],
    ['contoso.com', 'contoso.com'],
    ['organizations', 'common'],
    ['common', 'common'],
  ])('reads the keys of %s under %s', (tenant, segment) => {
    expect(new Authority('https://login.example', tenant).keysUrl).toBe(
      `https://login.example/${segment}/discovery/v2.0/keys`,
    );
  });

  it('knows its addresses', () => {
    const authority = new Authority('https://login.example', 'contoso.com');
    expect(authority.metadataUrl('1.0')).toBe(
      'https://login.example/contoso.com/.well-known/openid-configuration',
    );
    expect(authority.metadataUrl('2.0')).toBe(
      'https://login.example/contoso.com/v2.0/.well-known/openid-configuration',
    );
    expect(authority.authorizationUrl).toBe('https://login.example/contoso.com/oauth2/v2.0/authorize');
    expect(authority.tokenUrl(TENANT)).toBe(`https://login.example/${TENANT}/oauth2/v2.0/token`);
  });

  it.each(['contoso.onmicrosoft.com', TENANT])(
    'has the policy in the addresses of B2C tenant %s',
    (tenant) => {
      const authority = new Authority('https://contoso.b2clogin.com', tenant, 'B2C_1_SignIn');
      const base = `https://contoso.b2clogin.com/${tenant}/B2C_1_SignIn`;
      expect(authority.policy).toBe('B2C_1_SignIn');
      expect(authority.keysUrl).toBe(`${base}/discovery/v2.0/keys`);
      expect(authority.metadataUrl('2.0')).toBe(`${base}/v2.0/.well-known/openid-configuration`);
      expect(authority.authorizationUrl).toBe(`${base}/oauth2/v2.0/authorize`);
    },
  );

  it('has no policy elsewhere', () => {
    expect(new Authority('https://login.example', TENANT).policy).toBeUndefined();
  });

  it('is frozen', () => {
    expect(Object.isFrozen(new Authority('https://login.example', TENANT))).toBe(true);
  });
});

describe('issuerOf', () => {
  it('puts the tenant wherever the template has it', () => {
    expect(issuerOf('https://{tenantid}.ciamlogin.com/{tenantid}/v2.0', 't')).toBe(
      'https://t.ciamlogin.com/t/v2.0',
    );
  });
});
