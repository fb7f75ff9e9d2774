import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { IdentityPlatformUnavailableError } from '../errors/acquisition.errors.js';
import { resolveOptions } from '../options/resolve-options.js';
import { TenantMetadata } from './tenant-metadata.js';

const TENANT = '7f3a1c52-0b1e-4f7a-9d43-1c2b3a4d5e6f';
const OTHER_TENANT = 'a1b2c3d4-0b1e-4f7a-9d43-1c2b3a4d5e6f';
const ENTRA = 'https://login.microsoftonline.com';
const EMULATOR = 'https://localhost:8443';

type Answer = (url: string) => Response | Promise<Response>;

/** The metadata of a tenant, from an endpoint whose answer can be changed. */
function setUp({
  instance = ENTRA,
  tenantId = TENANT,
  answer,
}: {
  instance?: string;
  tenantId?: string;
  answer?: Answer;
}) {
  const endpoint = { answer: answer ?? (() => new Response('', { status: 404 })) };
  const fetch = vi.fn<typeof globalThis.fetch>(async (input) => endpoint.answer(input as string));
  const many = ['common', 'organizations'].includes(tenantId);
  const options = resolveOptions({
    instance,
    tenantId,
    clientId: TENANT,
    ...(many && { allowedTenants: 'any' as const }),
    network: { fetch },
  });
  return {
    metadata: new TenantMetadata(options),
    endpoint,
    asked: () => fetch.mock.calls.map(([url]) => url),
  };
}

const issuer = (value: unknown) => () => Response.json({ issuer: value });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('TenantMetadata', () => {
  it.each([
    ['a GUID at Microsoft', ENTRA, TENANT, TENANT],
    ['many tenants at Microsoft', ENTRA, 'common', undefined],
    ['External ID', 'https://contoso.ciamlogin.com', TENANT, TENANT],
  ])('fetches nothing where all is known: %s', async (_what, instance, tenantId, expected) => {
    const { metadata, asked } = setUp({ instance, tenantId });
    await metadata.ready('1.0');
    await metadata.ready('2.0');
    expect(metadata.tenantId).toBe(expected);
    expect(asked()).toEqual([]);
  });

  it('knows the v1.0 issuer at Microsoft, and that External ID has none', () => {
    expect(setUp({}).metadata.v1IssuerTemplate).toBe('https://sts.windows.net/{tenantid}/');
    expect(setUp({ instance: 'https://contoso.ciamlogin.com' }).metadata.v1IssuerTemplate).toBeUndefined();
  });

  describe('of a tenant that is configured as a domain', () => {
    it('finds its GUID, once, however many ask', async () => {
      const { metadata, asked } = setUp({
        tenantId: 'contoso.com',
        answer: issuer(`${ENTRA}/${TENANT}/v2.0`),
      });
      expect(metadata.tenantId).toBeUndefined();
      await Promise.all(Array.from({ length: 20 }, () => metadata.ready('2.0')));
      await metadata.ready('2.0');
      expect(metadata.tenantId).toBe(TENANT);
      expect(asked()).toEqual([`${ENTRA}/contoso.com/v2.0/.well-known/openid-configuration`]);
    });

    it('finds it in the host of External ID', async () => {
      const answer = issuer(`https://${TENANT}.ciamlogin.com/${TENANT}/v2.0`);
      const { metadata } = setUp({
        instance: 'https://contoso.ciamlogin.com',
        tenantId: 'contoso.com',
        answer,
      });
      await metadata.ready('2.0');
      expect(metadata.tenantId).toBe(TENANT);
    });

    it.each([
      ['of another host', `https://login.example/${TENANT}/v2.0`],
      ['of v1.0', `https://sts.windows.net/${TENANT}/`],
      ['of many tenants', `${ENTRA}/{tenantid}/v2.0`],
      ['with two tenants', `${ENTRA}/${TENANT}/${OTHER_TENANT}/v2.0`],
    ])('does not guess it from an issuer %s', async (_what, value) => {
      const { metadata } = setUp({ tenantId: 'contoso.com', answer: issuer(value) });
      await expect(metadata.ready('2.0')).rejects.toThrow(
        expect.objectContaining({
          code: 'identity_platform_unavailable',
          reason: 'The metadata of contoso.com has an issuer that does not fit',
        }) as Error,
      );
      expect(metadata.tenantId).toBeUndefined();
    });
  });

  describe("at a login host that is none of Microsoft's", () => {
    it('reads the v1.0 issuer when a v1.0 token comes, once', async () => {
      const { metadata, asked } = setUp({
        instance: EMULATOR,
        answer: issuer(`https://sts.example/${TENANT}/`),
      });
      await metadata.ready('2.0');
      expect(asked()).toEqual([]);
      expect(metadata.v1IssuerTemplate).toBeUndefined();
      await metadata.ready('1.0');
      await metadata.ready('1.0');
      expect(metadata.v1IssuerTemplate).toBe('https://sts.example/{tenantid}/');
      expect(asked()).toEqual([`${EMULATOR}/${TENANT}/.well-known/openid-configuration`]);
    });

    it('reads the template of many tenants', async () => {
      const answer = issuer('https://sts.example/{tenantid}/');
      const { metadata } = setUp({ instance: EMULATOR, tenantId: 'common', answer });
      await metadata.ready('1.0');
      expect(metadata.v1IssuerTemplate).toBe('https://sts.example/{tenantid}/');
    });
  });

  describe('when the document cannot be had', () => {
    it.each<[string, Answer]>([
      ['an error status', () => Response.json({ issuer: `${ENTRA}/${TENANT}/v2.0` }, { status: 400 })],
      ['503', () => new Response('', { status: 503 })],
      ['a reset', () => Promise.reject(new TypeError('fetch failed'))],
      ['HTML', () => new Response('<html>')],
      ['null', () => Response.json(null)],
      ['no issuer', () => Response.json({})],
      ['an issuer that is no text', issuer([`${ENTRA}/${TENANT}/v2.0`])],
    ])('cannot decide: %s', async (_what, answer) => {
      const { metadata } = setUp({ tenantId: 'contoso.com', answer });
      await expect(metadata.ready('2.0')).rejects.toThrow(IdentityPlatformUnavailableError);
      expect(metadata.tenantId).toBeUndefined();
    });

    it('says for the log what was answered', async () => {
      const fetch = vi.fn<typeof globalThis.fetch>(async () => Response.json({}, { status: 404 }));
      const options = resolveOptions({ tenantId: 'contoso.com', clientId: TENANT, network: { fetch } });
      await expect(new TenantMetadata(options).ready('2.0')).rejects.toMatchObject({
        reason: 'The identity platform published no usable metadata (status 404)',
        platform: { status: 404 },
      });
      expect(fetch.mock.calls[0]?.[1]?.method).toBe('GET');
    });

    it('tells the log what Entra says of a domain that is not known', async () => {
      const warn = vi.spyOn(Logger.prototype, 'warn').mockReturnValue();
      const fetch = vi.fn<typeof globalThis.fetch>(async () =>
        Response.json({ error: 'invalid_tenant', error_codes: [90002] }, { status: 400 }),
      );
      const options = resolveOptions({ tenantId: 'contoso.com', clientId: TENANT, network: { fetch } });
      await expect(new TenantMetadata(options).ready('2.0')).rejects.toMatchObject({
        platform: { aadsts: 90002 },
      });
      expect(JSON.stringify(warn.mock.calls)).toContain(
        'AADSTS90002, invalid_tenant. The tenant does not exist',
      );
    });

    it('gives up in less than five seconds', async () => {
      const { metadata } = setUp({ tenantId: 'contoso.com', answer: () => new Promise(() => undefined) });
      const failed = metadata.ready('2.0').catch((error: unknown) => error);
      await vi.advanceTimersByTimeAsync(4_999);
      await expect(failed).resolves.toBeInstanceOf(IdentityPlatformUnavailableError);
    });

    it('asks at most once a second, and is well again as soon as the endpoint is', async () => {
      const { metadata, endpoint, asked } = setUp({ tenantId: 'contoso.com' });
      for (let request = 0; request < 5; request++) await expect(metadata.ready('2.0')).rejects.toThrow();
      expect(asked()).toHaveLength(1);
      endpoint.answer = issuer(`${ENTRA}/${TENANT}/v2.0`);
      await vi.advanceTimersByTimeAsync(1_000);
      await metadata.ready('2.0');
      expect(metadata.tenantId).toBe(TENANT);
    });
  });
});
