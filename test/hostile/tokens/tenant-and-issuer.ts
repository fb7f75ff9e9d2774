import { describe, expect, it } from 'vitest';
import { ADAPTERS } from '../../support/nest-app.js';
import {
  claims,
  CONSUMERS,
  forge,
  INSTANCE,
  OTHER_TENANT,
  rsaKey,
  TENANT,
  v1Claims,
} from '../support/forge.js';
import { Platform } from '../support/platform.js';
import { expectRefused, type TokenCode } from '../support/refusal.js';
import { useTarget } from '../support/target.js';

const key = rsaKey();
const good = forge(key);
const v2Issuer = `${INSTANCE}/${TENANT}/v2.0`;
const v1Issuer = `https://sts.windows.net/${TENANT}/`;
type Members = Record<string, unknown>;

const issuers: readonly unknown[] = [
  undefined,
  null,
  '',
  true,
  7,
  {},
  [],
  [v2Issuer],
  [v2Issuer, 'https://canary.example'],
  { toString: v2Issuer },
  `${v2Issuer}/`,
  `${v2Issuer}x`,
  `${v2Issuer}\n`,
  `${v2Issuer}\u0000`,
  ` ${v2Issuer}`,
  `${v2Issuer}?x=1`,
  `${v2Issuer}#`,
  `${v2Issuer}/../canary`,
  v2Issuer.slice(0, -1),
  v2Issuer.slice(1),
  v2Issuer.replace('https', 'http'),
  v2Issuer.replace('https://', ''),
  v2Issuer.replace('https://', '//'),
  v2Issuer.replace('https://', 'https://user@'),
  v2Issuer.replace('https://', 'https://canary.example/'),
  v2Issuer.replace('.com', '.com.canary.example'),
  v2Issuer.replace('.com', '.com@canary.example'),
  v2Issuer.replace('.com', '.com:443'),
  v2Issuer.replace('.com', '.com.'),
  v2Issuer.replace('.com', '\u3002com'),
  v2Issuer.replace('login.', 'canary-login.'),
  v2Issuer.replace('login.microsoftonline.com', 'login.windows.net'),
  v2Issuer.replace('login.microsoftonline.com', 'login.microsoftonline.us'),
  v2Issuer.replace('o', '\u043e'),
  v2Issuer.toUpperCase(),
  v2Issuer.replace(TENANT, TENANT.toUpperCase()),
  v2Issuer.replace(TENANT, OTHER_TENANT),
  v2Issuer.replace(TENANT, CONSUMERS),
  v2Issuer.replace(TENANT, '{tenantid}'),
  v2Issuer.replace(TENANT, 'common'),
  v2Issuer.replace(TENANT, 'organizations'),
  v2Issuer.replace('/v2.0', ''),
  v2Issuer.replace('/v2.0', '/v1.0'),
  v2Issuer.replace('/v2.0', '/V2.0'),
  v2Issuer.replace('/v2.0', '%2Fv2.0'),
  v1Issuer,
  'https://canary.example',
  'canary\r\nSet-Cookie: a=b',
  '.*',
];

const tenants: readonly unknown[] = [
  undefined,
  null,
  '',
  7,
  true,
  {},
  [TENANT],
  OTHER_TENANT,
  CONSUMERS,
  TENANT.toUpperCase(),
  `${TENANT} `,
  `${TENANT}\n`,
  `{${TENANT}}`,
  TENANT.replaceAll('-', ''),
  TENANT.slice(0, -1),
  `${TENANT}0`,
  `${TENANT}/${OTHER_TENANT}`,
  '00000000-0000-0000-0000-000000000000',
  'common',
  'organizations',
  '{tenantid}',
  '$&',
  '*',
  'contoso.onmicrosoft.com',
  'canary\r\nSet-Cookie: a=b',
];

const versions: readonly unknown[] = [
  undefined,
  null,
  '',
  1,
  2,
  '1',
  '2',
  '2.00',
  '3.0',
  'v2.0',
  ['2.0'],
  {},
  true,
  '2.0 ',
  '__proto__',
];

/** `iss` follows `tid`, so that nothing but the tenant is wrong. */
const of = (tid: unknown): Members => claims({ tid, iss: `${INSTANCE}/${String(tid)}/v2.0` });
const called = (value: unknown): string => JSON.stringify(value) ?? 'missing';

describe.each(ADAPTERS)('The tenant and the issuer of a token, on %s', (adapter) => {
  const platform = new Platform(key);
  const one = useTarget(adapter, { platform });
  const many = useTarget(adapter, {
    platform,
    options: { tenantId: 'organizations', allowedTenants: 'any' },
  });
  const listed = useTarget(adapter, {
    platform,
    options: { tenantId: 'common', allowedTenants: [TENANT, OTHER_TENANT.toUpperCase()] },
  });
  const domain = useTarget(adapter, {
    platform: Object.assign(new Platform(key), { issuer: v2Issuer }),
    options: { tenantId: 'contoso.com' },
  });
  const expectRefusedBy = (target: typeof one, payload: Members, code: TokenCode) =>
    expectRefused(target, forge(key, { payload }), code, good);

  it.each(issuers.map((iss) => [called(iss), iss]))('is not issued by %s', async (_what, iss) => {
    await expectRefusedBy(one, claims({ iss }), 'token_issuer');
    await expectRefusedBy(many, claims({ iss }), 'token_issuer');
  });

  it.each(tenants.map((tid) => [called(tid), tid]))('is not of tenant %s', async (_what, tid) => {
    await expectRefusedBy(one, of(tid), 'token_tenant');
    await expectRefusedBy(domain, of(tid), 'token_tenant');
  });

  it.each(versions.map((ver) => [called(ver), ver]))('has no version %s', async (_what, ver) => {
    await expectRefusedBy(one, claims({ ver }), 'token_version');
  });

  it('the issuer of one version does not do for the other', async () => {
    await expectRefusedBy(one, v1Claims({ iss: v2Issuer }), 'token_issuer');
    await expectRefusedBy(one, v1Claims({ iss: v1Issuer.slice(0, -1) }), 'token_issuer');
    await expectRefusedBy(one, v1Claims({ iss: v1Issuer.replace(TENANT, OTHER_TENANT) }), 'token_issuer');
    await expectRefusedBy(one, claims({ iss: v1Issuer }), 'token_issuer');
    expect((await one.get(forge(key, { payload: v1Claims() }))).status).toBe(200);
  });

  it('an API of many tenants takes a GUID with its own issuer, and no personal accounts', async () => {
    expect((await many.get(forge(key, { payload: of(OTHER_TENANT) }))).body).toMatchObject({
      tid: OTHER_TENANT,
    });
    await expectRefusedBy(many, of(CONSUMERS), 'token_tenant');
    await expectRefusedBy(many, { ...of(OTHER_TENANT), iss: v2Issuer }, 'token_issuer');
    for (const tid of [
      '{tenantid}',
      'common',
      'organizations',
      '$&',
      `${TENANT}/..`,
      TENANT.toUpperCase(),
      [TENANT],
      undefined,
    ])
      await expectRefusedBy(many, of(tid), 'token_tenant');
  });

  it('an API with a list takes the tenants on it, personal accounts only by name', async () => {
    expect((await listed.get(forge(key, { payload: of(OTHER_TENANT) }))).status).toBe(200);
    await expectRefusedBy(listed, of(CONSUMERS), 'token_tenant');
    await expectRefusedBy(listed, of('11111111-2222-4333-8444-555555555555'), 'token_tenant');
    await expectRefusedBy(listed, { ...of(OTHER_TENANT), iss: v2Issuer }, 'token_issuer');
  });

  it('an API with a domain knows its tenant by the metadata', async () => {
    expect((await domain.get(good)).status).toBe(200);
    await expectRefusedBy(domain, { ...claims(), iss: `${INSTANCE}/contoso.com/v2.0` }, 'token_issuer');
    await expectRefusedBy(
      domain,
      { ...claims(), tid: 'contoso.com', iss: `${INSTANCE}/contoso.com/v2.0` },
      'token_tenant',
    );
  });
});
