import { generateKeyPairSync } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { IdentityPlatformUnavailableError } from '../errors/acquisition.errors.js';
import { resolveOptions } from '../options/resolve-options.js';
import { SigningKeys } from './signing-keys.js';

const TENANT = '7f3a1c52-0b1e-4f7a-9d43-1c2b3a4d5e6f';
const INSTANCE = 'https://login.microsoftonline.com';
const KEYS = `${INSTANCE}/${TENANT}/discovery/v2.0/keys`;
const HOUR_MS = 60 * 60 * 1000;

const jwk = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
const keySet = (...kids: string[]) =>
  Response.json({ keys: kids.map((kid) => ({ ...jwk, kid, use: 'sig' })) });
const down = () => new Response('down', { status: 503 });

type Fetch = typeof globalThis.fetch;

/** An endpoint whose answer can be changed; it counts how often it is asked, by address. */
function setUp({
  tenantId = TENANT,
  answer,
}: {
  tenantId?: string;
  answer: (url: string) => Response | Promise<Response>;
}) {
  const endpoint = { answer };
  const fetch = vi.fn<Fetch>(async (input) => endpoint.answer(input as string));
  const options = resolveOptions({
    tenantId,
    clientId: TENANT,
    ...(['common', 'organizations'].includes(tenantId) && { allowedTenants: 'any' as const }),
    network: { fetch },
  });
  return { keys: new SigningKeys(options), endpoint, fetch };
}

/** Lets everything run that waits for no clock. */
const settle = () => vi.advanceTimersByTimeAsync(0);

const warn = vi.spyOn(Logger.prototype, 'warn');
beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 5, 1) });
  warn.mockReset().mockReturnValue(undefined);
});
afterEach(() => void vi.useRealTimers());

describe('the first fetch', () => {
  it('is begun by whoever wants fresh keys, and waited for by nobody', async () => {
    const { keys, fetch } = setUp({ answer: () => keySet('a') });
    keys.keepFresh();
    await settle();
    expect(fetch).toHaveBeenCalledTimes(1);
    expect(keys.isPublished('a')).toBe(true);
  });

  it.each([
    [TENANT, `${INSTANCE}/${TENANT}/discovery/v2.0/keys`],
    ['contoso.com', `${INSTANCE}/contoso.com/discovery/v2.0/keys`],
    ['common', `${INSTANCE}/common/discovery/v2.0/keys`],
    ['organizations', `${INSTANCE}/common/discovery/v2.0/keys`],
  ])('of tenant %s asks %s', async (tenantId, url) => {
    const { keys, fetch } = setUp({ tenantId, answer: () => keySet('a') });
    expect((await keys.find('a'))?.kid).toBe('a');
    expect(fetch.mock.calls.map(([asked]) => asked)).toEqual([url]);
  });

  it('happens once, however many ask', async () => {
    const { keys, fetch } = setUp({ answer: () => keySet('a') });
    const found = await Promise.all(Array.from({ length: 100 }, () => keys.find('a')));
    expect(found.every((key) => key?.kid === 'a')).toBe(true);
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  it('starts with the application, which does not wait for it', async () => {
    const { keys, fetch } = setUp({ answer: () => keySet('a') });
    expect(keys.onModuleInit()).toBeUndefined();
    expect(keys.isPublished('a')).toBe(false);
    await settle();
    expect(keys.isPublished('a')).toBe(true);
    expect(keys.peek('a')?.kid).toBe('a');
    expect(fetch.mock.calls[0]?.[1]?.method).toBe('GET');
    await keys.find('a');
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  it('may fail at the start without harm', async () => {
    const { keys } = setUp({ answer: down });
    keys.onModuleInit();
    await settle();
    expect(warn).toHaveBeenCalledWith(
      `No signing keys from ${INSTANCE}/${TENANT}/discovery/v2.0/keys: The identity platform answered with status 503`,
    );
  });

  it.each([
    ['back', -3_600_000],
    ['forward', 3_600_000],
  ])('waits as long, and no longer, when the clock is set %s', async (_how, byMs) => {
    let isUp = false;
    const { keys, fetch } = setUp({ answer: () => (isUp ? keySet('a') : down()) });
    await expect(keys.find('a')).rejects.toThrow();
    const asked = fetch.mock.calls.length;
    isUp = true;
    vi.setSystemTime(Date.now() + byMs);
    await expect(keys.find('a')).rejects.toThrow();
    expect(fetch).toHaveBeenCalledTimes(asked);
    await vi.advanceTimersByTimeAsync(1_000);
    expect((await keys.find('a'))?.kid).toBe('a');
    vi.setSystemTime(Date.now() - 3_600_000);
    expect(keys.isPublished('a')).toBe(true);
  });

  it('trusts keys for a day by each clock: when it was set back, and when the machine was suspended', async () => {
    const { keys } = setUp({ answer: () => keySet('a') });
    await keys.find('a');
    vi.setSystemTime(Date.now() - 2 * HOUR_MS);
    await vi.advanceTimersByTimeAsync(24 * HOUR_MS - 1);
    expect(keys.isPublished('a')).toBe(true);
    await vi.advanceTimersByTimeAsync(1);
    expect(keys.isPublished('a')).toBe(false);
    await keys.find('a');
    expect(keys.isPublished('a')).toBe(true);
    vi.setSystemTime(Date.now() + 24 * HOUR_MS);
    expect(keys.isPublished('a')).toBe(false);
  });

  it('does not ask twice for a key that it did not bring, and the set of the application once', async () => {
    const { keys, fetch } = setUp({ answer: () => keySet('a') });
    expect(await keys.find('forged')).toBeUndefined();
    expect(fetch.mock.calls.map(([asked]) => asked)).toEqual([KEYS, `${KEYS}?appid=${TENANT}`]);
  });
});

describe('a cold start while the endpoint fails', () => {
  it.each<[string, () => Response | Promise<Response>]>([
    ['503', down],
    ['a reset', () => Promise.reject(new TypeError('fetch failed'))],
    ['HTML', () => new Response('<html>')],
    ['no key', () => keySet()],
    ['no usable key', () => Response.json({ keys: [{ ...jwk, kid: 'a', use: 'enc' }] })],
    ['keys beside an error status', () => Response.json({ keys: [{ ...jwk, kid: 'a' }] }, { status: 400 })],
  ])('cannot decide: %s', async (_what, answer) => {
    const { keys } = setUp({ answer });
    await expect(keys.find('a')).rejects.toThrow(IdentityPlatformUnavailableError);
  });

  it('says for the log what was answered', async () => {
    const { keys } = setUp({ answer: () => Response.json({ keys: [] }, { status: 404 }) });
    await expect(keys.find('a')).rejects.toMatchObject({
      reason: 'The identity platform published no usable signing key (status 404)',
      platform: { status: 404 },
    });
    expect(warn.mock.contexts).toEqual([expect.objectContaining({ context: 'EntraAuth' })]);
  });

  it('tells the log what Entra says of a tenant that does not exist', async () => {
    const description = "AADSTS90002: Tenant 'canary' not found.";
    const answer = () =>
      Response.json(
        { error: 'invalid_tenant', error_codes: [90002], error_description: description },
        { status: 400 },
      );
    const { keys } = setUp({ answer });
    await expect(keys.find('a')).rejects.toMatchObject({
      reason:
        'The identity platform published no usable signing key: AADSTS90002, invalid_tenant. The tenant does not exist in this cloud. Check tenantId, and instance when the tenant is in a national cloud.',
      platform: { status: 400, aadsts: 90002, error: 'invalid_tenant' },
    });
    expect(JSON.stringify(warn.mock.calls)).toContain('AADSTS90002');
    expect(JSON.stringify(warn.mock.calls)).not.toContain('canary');
  });

  it.each(['ENOTFOUND', 'ECONNREFUSED', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'CERT_HAS_EXPIRED'])(
    'logs %s, the code of a network failure',
    async (code) => {
      const failed = new TypeError('fetch failed', { cause: Object.assign(new Error('canary'), { code }) });
      const { keys } = setUp({ answer: () => Promise.reject(failed) });
      await expect(keys.find('a')).rejects.toMatchObject({
        reason: `The identity platform could not be reached (${code})`,
      });
      expect(JSON.stringify(warn.mock.calls)).toContain(`could not be reached (${code})`);
      expect(JSON.stringify(warn.mock.calls)).not.toContain('canary');
    },
  );

  it('gives up on an endpoint that hangs in less than five seconds', async () => {
    const { keys } = setUp({ answer: () => new Promise(() => undefined) });
    const failed = keys.find('a').catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(4_999);
    await expect(failed).resolves.toBeInstanceOf(IdentityPlatformUnavailableError);
  });

  it('asks at most once a second, and is well again as soon as the endpoint is', async () => {
    const { keys, endpoint, fetch } = setUp({ answer: down });
    for (let request = 0; request < 10; request++) {
      await expect(keys.find('a')).rejects.toThrow(IdentityPlatformUnavailableError);
    }
    expect(fetch).toHaveBeenCalledTimes(1);
    endpoint.answer = () => keySet('a');
    await vi.advanceTimersByTimeAsync(999);
    await expect(keys.find('a')).rejects.toThrow(IdentityPlatformUnavailableError);
    await vi.advanceTimersByTimeAsync(1);
    expect((await keys.find('a'))?.kid).toBe('a');
    expect(fetch).toHaveBeenCalledTimes(2);
  });
});

describe('a key that is not known', () => {
  it('is looked up in both sets, once per cool-down of five seconds, however many tokens name one', async () => {
    const { keys, fetch } = setUp({ answer: () => keySet('a') });
    await keys.find('a');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await keys.find('forged')).toBeUndefined();
    for (let request = 0; request < 100; request++)
      await expect(keys.find(`forged-${request}`)).rejects.toThrow(IdentityPlatformUnavailableError);
    expect(fetch).toHaveBeenCalledTimes(3);
    await vi.advanceTimersByTimeAsync(4_999);
    await expect(keys.find('another')).rejects.toThrow(IdentityPlatformUnavailableError);
    expect(fetch).toHaveBeenCalledTimes(3);
    await vi.advanceTimersByTimeAsync(1);
    expect(await keys.find('another')).toBeUndefined();
    expect(fetch).toHaveBeenCalledTimes(5);
  });

  it('is not published when the sets were fetched after it was asked for, and undecided until then', async () => {
    const { keys } = setUp({ answer: () => keySet('a') });
    await keys.find('a');
    expect(await keys.find('first')).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1_500);
    await expect(keys.find('second')).rejects.toMatchObject({
      retryAfterSeconds: 4,
      reason:
        'The token is signed with key "second", which is not known, and the keys were fetched a moment ago',
    });
    expect(await keys.find('first')).toBeUndefined();
    await vi.advanceTimersByTimeAsync(3_500);
    expect(await keys.find('third')).toBeUndefined();
    expect(await keys.find('second')).toBeUndefined();
    expect(await keys.find('first')).toBeUndefined();
  });

  it('is found after a rotation, at the latest when the cool-down is over', async () => {
    const { keys, endpoint } = setUp({ answer: () => keySet('old') });
    await keys.find('old');
    await keys.find('forged');
    endpoint.answer = () => keySet('old', 'new');
    await expect(keys.find('new')).rejects.toThrow(IdentityPlatformUnavailableError);
    await vi.advanceTimersByTimeAsync(5_000);
    expect((await keys.find('new'))?.kid).toBe('new');
  });

  it('is looked up at once when none was looked up before, however fresh the keys are', async () => {
    const { keys, endpoint } = setUp({ answer: () => keySet('old') });
    await keys.find('old');
    endpoint.answer = () => keySet('old', 'new');
    expect((await keys.find('new'))?.kid).toBe('new');
  });

  it('is fetched once for all who ask at the same time', async () => {
    const { keys, endpoint, fetch } = setUp({ answer: () => keySet('old') });
    await keys.find('old');
    endpoint.answer = () => keySet('old', 'new');
    const found = await Promise.all(Array.from({ length: 50 }, () => keys.find('new')));
    expect(found.every((key) => key?.kid === 'new')).toBe(true);
    expect(fetch).toHaveBeenCalledTimes(2);
  });

  it('is not decided on by a fetch that had begun before it was asked for', async () => {
    const { keys, endpoint } = setUp({ answer: () => keySet('old') });
    await keys.find('old');
    let answer: (response: Response) => void = () => undefined;
    endpoint.answer = () => new Promise((resolve) => (answer = resolve));
    const first = keys.find('forged');
    const second = keys.find('new').catch((error: unknown) => error);
    endpoint.answer = () => keySet();
    answer(keySet('old'));
    expect(await first).toBeUndefined();
    expect(await second).toBeInstanceOf(IdentityPlatformUnavailableError);
  });

  it('cannot be decided on while the endpoint fails: the token may still be good', async () => {
    const { keys, endpoint } = setUp({ answer: () => keySet('a') });
    await keys.find('a');
    await vi.advanceTimersByTimeAsync(5_000);
    endpoint.answer = down;
    await expect(keys.find('new')).rejects.toThrow(IdentityPlatformUnavailableError);
    await expect(keys.find('new')).rejects.toThrow(IdentityPlatformUnavailableError);
    expect((await keys.find('a'))?.kid).toBe('a');
  });

  it('cannot be decided on while only the set of the application fails', async () => {
    const { keys, endpoint } = setUp({ answer: () => keySet('a') });
    await keys.find('a');
    endpoint.answer = (url) => (url.includes('?appid=') ? down() : keySet('a'));
    await expect(keys.find('custom')).rejects.toThrow(IdentityPlatformUnavailableError);
    endpoint.answer = (url) => (url.includes('?appid=') ? keySet('custom') : keySet('a'));
    await vi.advanceTimersByTimeAsync(5_000);
    expect((await keys.find('custom'))?.kid).toBe('custom');
  });

  it('is decided on at once when it is in a set and cannot be used, or was withdrawn', async () => {
    const { keys, endpoint } = setUp({
      answer: () =>
        Response.json({
          keys: [
            { ...jwk, kid: 'a' },
            { ...jwk, kid: 'enc', use: 'enc' },
          ],
        }),
    });
    await keys.find('a');
    expect(await keys.find('forged')).toBeUndefined();
    expect(await keys.find('enc')).toBeUndefined();
    endpoint.answer = () => keySet('b');
    await vi.advanceTimersByTimeAsync(5_000);
    await keys.find('b');
    expect(await keys.find('a')).toBeUndefined();
  });

  it('is decided on without a look-up when the renewal a moment ago withdrew it', async () => {
    const { keys, endpoint, fetch } = setUp({ answer: () => keySet('a', 'old') });
    await keys.find('a');
    endpoint.answer = () => keySet('a');
    await vi.advanceTimersByTimeAsync(HOUR_MS + 1);
    keys.keepFresh();
    await settle();
    expect(fetch).toHaveBeenCalledTimes(2);
    expect(await keys.find('old')).toBeUndefined();
    expect(fetch).toHaveBeenCalledTimes(2);
  });

  it('is decided on at once for a token that a published key verifies, and only so many are tried', async () => {
    const { keys, fetch } = setUp({ answer: () => keySet('a') });
    await keys.find('a');
    const verifies = vi.fn(() => true);
    expect(await keys.find('misnamed', verifies)).toBeUndefined();
    expect(fetch).toHaveBeenCalledTimes(2);
    const fails = vi.fn(() => false);
    for (let request = 0; request < 1_100; request++)
      await expect(keys.find(`forged-${request}`, fails)).rejects.toThrow(IdentityPlatformUnavailableError);
    expect(fails.mock.calls.length).toBeLessThan(1_000);
    await expect(keys.find('misnamed-too', verifies)).rejects.toThrow(IdentityPlatformUnavailableError);
  });

  it('is logged once per cool-down when it cannot be decided on', async () => {
    const { keys } = setUp({ answer: () => keySet('a') });
    await keys.find('a');
    await keys.find('forged');
    for (let request = 0; request < 3; request++) await keys.find(`f-${request}`).catch(() => undefined);
    expect(warn.mock.calls.map(([line]) => String(line))).toEqual([
      '503: The token is signed with key "f-0", which is not known, and the keys were fetched a moment ago; the next look-up is in 5 s',
    ]);
  });
});

describe('a signing key of the application', () => {
  const issuer = (tenant: string) => ({ issuer: `${INSTANCE}/${tenant}/v2.0` });
  const custom = (more: object = {}) => Response.json({ keys: [{ ...jwk, kid: 'custom', ...more }] });
  const published =
    (own: () => Response, others = () => keySet('a')) =>
    (url: string) =>
      url === `${KEYS}?appid=${TENANT}` ? own() : others();

  it('is found under ?appid=, also right after the start', async () => {
    const { keys } = setUp({ answer: published(custom) });
    keys.onModuleInit();
    expect((await keys.find('custom'))?.kid).toBe('custom');
    expect([keys.isPublished('custom'), keys.isPublished('a')]).toEqual([true, true]);
  });

  it('is not asked for while all tokens name keys of the tenant', async () => {
    const { keys, fetch } = setUp({ answer: published(custom) });
    for (let hour = 0; hour < 3; hour++) {
      await keys.find('a');
      await vi.advanceTimersByTimeAsync(HOUR_MS + 1);
    }
    expect(fetch.mock.calls.filter(([url]) => (url as string).includes('appid'))).toEqual([]);
  });

  it('is renewed with those of the tenant, and gone when it is withdrawn', async () => {
    const { keys, endpoint } = setUp({ answer: published(custom) });
    await keys.find('custom');
    endpoint.answer = published(() => keySet());
    await vi.advanceTimersByTimeAsync(HOUR_MS + 1);
    expect((await keys.find('custom'))?.kid).toBe('custom');
    await settle();
    expect(keys.isPublished('custom')).toBe(false);
  });

  it.each([
    ['not bound to an issuer', {}, false],
    ['bound to the issuer of any tenant', issuer('{tenantid}'), false],
    ['bound to the issuer of one tenant', issuer(TENANT), true],
  ])('in an API for many tenants counts only when it is bound to one: %s', async (_what, more, counts) => {
    const { keys } = setUp({
      tenantId: 'organizations',
      answer: (url) => (url.includes('?appid=') ? custom(more) : keySet('a')),
    });
    const found = await keys.find('custom').catch(() => undefined);
    expect(found !== undefined).toBe(counts);
  });

  it('does not replace a key of the tenant with the same name', async () => {
    const { keys } = setUp({ answer: published(() => keySet('a', 'custom')) });
    await keys.find('custom');
    expect(keys.peek('a')).toBeDefined();
    expect(await keys.find('forged').catch(() => 'undecided')).toBe('undecided');
  });

  it('is not looked for in Azure AD B2C, whose keys belong to the policy', async () => {
    const fetch = vi.fn<Fetch>(async () => keySet('a'));
    const keys = new SigningKeys(
      resolveOptions({
        instance: 'https://contoso.b2clogin.com',
        tenantId: TENANT,
        signUpSignInPolicyId: 'B2C_1_signup',
        clientId: TENANT,
        network: { fetch },
      }),
    );
    expect(await keys.find('forged')).toBeUndefined();
    expect(fetch).toHaveBeenCalledTimes(1);
  });
});

describe('keys that have grown old', () => {
  it('serve while new ones are fetched in the background', async () => {
    const { keys, endpoint, fetch } = setUp({ answer: () => keySet('a') });
    await keys.find('a');
    await vi.advanceTimersByTimeAsync(HOUR_MS);
    await keys.find('a');
    expect(fetch).toHaveBeenCalledTimes(1);
    endpoint.answer = () => new Promise(() => undefined);
    await vi.advanceTimersByTimeAsync(1);
    expect((await keys.find('a'))?.kid).toBe('a');
    expect(fetch).toHaveBeenCalledTimes(2);
  });

  it('serve on while the endpoint fails, which is asked once a cooldown', async () => {
    const { keys, endpoint, fetch } = setUp({ answer: () => keySet('a') });
    await keys.find('a');
    endpoint.answer = down;
    await vi.advanceTimersByTimeAsync(HOUR_MS + 1);
    for (let request = 0; request < 10; request++) {
      expect((await keys.find('a'))?.kid).toBe('a');
      await settle();
    }
    expect(fetch).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(5_000);
    keys.keepFresh();
    await settle();
    expect(fetch).toHaveBeenCalledTimes(3);
    expect(keys.isPublished('a')).toBe(true);
  });

  it('are gone after a renewal that does not bring them', async () => {
    const { keys, endpoint } = setUp({ answer: () => keySet('old') });
    await keys.find('old');
    endpoint.answer = () => keySet('new');
    await vi.advanceTimersByTimeAsync(HOUR_MS + 1);
    keys.keepFresh();
    await settle();
    expect([keys.isPublished('old'), keys.isPublished('new')]).toEqual([false, true]);
    expect(await keys.find('old')).toBeUndefined();
  });

  it('are trusted no more when they could not be renewed for a day', async () => {
    const { keys, endpoint } = setUp({ answer: () => keySet('a') });
    await keys.find('a');
    endpoint.answer = down;
    await vi.advanceTimersByTimeAsync(24 * HOUR_MS - 1);
    expect(keys.isPublished('a')).toBe(true);
    expect((await keys.find('a'))?.kid).toBe('a');
    await vi.advanceTimersByTimeAsync(1);
    expect(keys.isPublished('a')).toBe(false);
    await expect(keys.find('a')).rejects.toThrow(IdentityPlatformUnavailableError);
    endpoint.answer = () => keySet('a');
    await vi.advanceTimersByTimeAsync(1_000);
    expect((await keys.find('a'))?.kid).toBe('a');
  });

  it('are not thrown away for an answer without keys', async () => {
    const { keys, endpoint } = setUp({ answer: () => keySet('a') });
    await keys.find('a');
    endpoint.answer = () => keySet();
    await vi.advanceTimersByTimeAsync(HOUR_MS + 1);
    keys.keepFresh();
    await settle();
    expect(keys.isPublished('a')).toBe(true);
  });
});
