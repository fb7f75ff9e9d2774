import { X509Certificate, createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EntraEmulator } from 'entra-emulator';
import { decode, send } from './support/token-client.js';

let emulator: EntraEmulator;
beforeAll(async () => {
  emulator = await EntraEmulator.start();
});
afterAll(() => emulator.stop());

const ORDER = [
  'token_endpoint',
  'token_endpoint_auth_methods_supported',
  'jwks_uri',
  'response_modes_supported',
  'subject_types_supported',
  'id_token_signing_alg_values_supported',
  'response_types_supported',
  'scopes_supported',
  'issuer',
  'request_uri_parameter_supported',
  'userinfo_endpoint',
  'authorization_endpoint',
  'device_authorization_endpoint',
  'http_logout_supported',
  'frontchannel_logout_supported',
  'end_session_endpoint',
  'claims_supported',
  'kerberos_endpoint',
  'tenant_region_scope',
  'cloud_instance_name',
  'cloud_graph_host_name',
  'msgraph_host',
  'rbac_url',
];

describe('metadata', () => {
  it('of a tenant carries its GUID, by whichever name it was asked', async () => {
    const base = `${emulator.url}/${emulator.tenantId}`;
    for (const name of [emulator.tenantId, 'contoso.onmicrosoft.com', 'CONTOSO.onmicrosoft.com']) {
      const { status, json, headers } = await send(emulator, `${name}/v2.0/.well-known/openid-configuration`);
      expect(status).toBe(200);
      expect(Object.keys(json)).toEqual(ORDER);
      expect(json).toMatchObject({
        issuer: `${base}/v2.0`,
        jwks_uri: `${base}/discovery/v2.0/keys`,
        token_endpoint: `${base}/oauth2/v2.0/token`,
        cloud_instance_name: 'microsoftonline.com',
      });
      expect(headers.get('cache-control')).toBe('max-age=86400, private');
      expect(headers.get('access-control-allow-origin')).toBe('*');
    }
  });

  it('of v1.0 has the v1.0 issuer', async () => {
    const { json } = await send(emulator, `${emulator.tenantId}/.well-known/openid-configuration`);
    expect(json).toMatchObject({
      issuer: `https://sts.windows.net/${emulator.tenantId}/`,
      token_endpoint: `${emulator.url}/${emulator.tenantId}/oauth2/token`,
      microsoft_multi_refresh_token: true,
    });
  });

  it.each([
    ['common', '{tenantid}'],
    ['organizations', '{tenantid}'],
    ['consumers', '9188040d-6c67-4c5b-b112-36a304b66dad'],
  ])('of %s has the issuer of %s', async (alias, tenant) => {
    const { json } = await send(emulator, `${alias}/v2.0/.well-known/openid-configuration`);
    expect(json).toMatchObject({
      issuer: `${emulator.url}/${tenant}/v2.0`,
      token_endpoint: `${emulator.url}/${alias}/oauth2/v2.0/token`,
      jwks_uri: `${emulator.url}/${alias}/discovery/v2.0/keys`,
      tenant_region_scope: null,
    });
  });
});

describe('keys', () => {
  it('have the members of Entra, a real certificate and no alg', async () => {
    for (const path of ['discovery/v2.0/keys', 'discovery/keys']) {
      for (const tenant of [emulator.tenantId, 'common']) {
        const { json } = await send(emulator, `${tenant}/${path}`);
        const [key] = json['keys'] as Record<string, string>[];
        expect(Object.keys(key ?? {})).toEqual([
          'kty',
          'use',
          'kid',
          'x5t',
          'n',
          'e',
          'x5c',
          'cloud_instance_name',
          'issuer',
        ]);
        expect(key).toMatchObject({
          kty: 'RSA',
          use: 'sig',
          e: 'AQAB',
          issuer: `${emulator.url}/{tenantid}/v2.0`,
        });
        const certificate = new X509Certificate(Buffer.from(key?.['x5c']?.[0] ?? '', 'base64'));
        expect(certificate.verify(certificate.publicKey)).toBe(true);
        expect(certificate.publicKey.export({ format: 'jwk' })['n']).toBe(key?.['n']);
        expect(key?.['kid']).toBe(createHash('sha1').update(certificate.raw).digest('base64url'));
        expect(key?.['x5t']).toBe(key?.['kid']);
        expect(Buffer.from(key?.['n'] ?? '', 'base64url')).toHaveLength(256);
        expect(Date.parse(certificate.validTo)).toBeGreaterThan(Date.now());
      }
    }
  });

  it('rotate: the new one signs, the old one stays or goes', async () => {
    emulator.addApplication();
    const kids = async () => {
      const { json } = await send(emulator, 'common/discovery/v2.0/keys');
      return (json['keys'] as { kid: string }[]).map(({ kid }) => kid);
    };
    const [first] = await kids();
    emulator.rotateSigningKeys();
    const [second, ...old] = await kids();
    expect(old).toEqual([first]);
    expect(decode(emulator.issueAccessToken()).header['kid']).toBe(second);
    emulator.rotateSigningKeys({ keepOld: false });
    const last = await kids();
    expect(last).toHaveLength(1);
    expect([first, second]).not.toContain(last[0]);
  });
});

describe('instance discovery', () => {
  it("knows the emulator's own host and Microsoft's", async () => {
    const path = 'common/discovery/instance?api-version=1.1&authorization_endpoint=';
    const own = await send(emulator, `${path}${emulator.url}/common/oauth2/v2.0/authorize`);
    expect(own.status).toBe(200);
    expect(Object.keys(own.json)).toEqual(['tenant_discovery_endpoint', 'api-version', 'metadata']);
    expect(own.json['tenant_discovery_endpoint']).toBe(
      `${emulator.url}/common/v2.0/.well-known/openid-configuration`,
    );
    expect(own.json['metadata']).toContainEqual({
      preferred_network: 'login.microsoftonline.com',
      preferred_cache: 'login.windows.net',
      aliases: ['login.microsoftonline.com', 'login.windows.net', 'login.microsoft.com', 'sts.windows.net'],
    });
    const microsoft = await send(emulator, `${path}https://login.microsoftonline.us/t/oauth2/v2.0/authorize`);
    expect(microsoft.status).toBe(200);
    for (const foreign of [
      'http://login.microsoftonline.com/common',
      'nonsense',
      'https://login.microsoftonline.com.evil.example/',
    ]) {
      expect((await send(emulator, path + foreign)).json['error_codes']).toEqual([50049]);
    }
  });
});
