import fc from 'fast-check';
import { InvalidTokenError, type EntraAuthOptions } from 'nestjs-entra';
import { describe, expect, it } from 'vitest';
import { checkClaims } from '../../libs/nestjs-entra/src/authentication/access-token-rules.js';
import { resolveOptions } from '../../libs/nestjs-entra/src/options/resolve-options.js';

const TENANT = '7f3a1c52-0b1e-4f7a-9d43-1c2b3a4d5e6f';
const OTHER_TENANT = 'a1b2c3d4-0b1e-4f7a-9d43-1c2b3a4d5e6f';
const CONSUMERS = '9188040d-6c67-4c5b-b112-36a304b66dad';
const API = '2c9d8e71-5a34-4b0f-8a6d-90e1f2a3b4c5';
const CLIENT = '5b6c7d8e-5a34-4b0f-8a6d-90e1f2a3b4c5';
const USER = '0f1e2d3c-5a34-4b0f-8a6d-90e1f2a3b4c5';
const NOW = 1_800_000_000;
const HOST = 'https://login.microsoftonline.com';

type Claims = Record<string, unknown>;

/** An API as the oracle sees it; the library is told the same in its own options. */
interface Api {
  readonly options: Partial<EntraAuthOptions>;
  readonly tenants: (tid: string) => boolean;
  readonly audiences: readonly string[];
  readonly clients: readonly string[] | null;
  readonly skew: number;
  readonly needsPermission: boolean;
}

const usual: Api = {
  options: {},
  tenants: (tid) => tid === TENANT,
  audiences: [API, `api://${API}`],
  clients: null,
  skew: 60,
  needsPermission: true,
};
const apis: readonly Api[] = [
  usual,
  {
    ...usual,
    options: { tenantId: 'organizations', allowedTenants: 'any' },
    tenants: (tid) => tid !== CONSUMERS,
  },
  { ...usual, options: { tenantId: 'common', allowedTenants: 'any' }, tenants: () => true },
  {
    ...usual,
    options: { tenantId: 'common', allowedTenants: [OTHER_TENANT] },
    tenants: (tid) => tid === OTHER_TENANT,
  },
  { ...usual, options: { audience: 'https://api.example' }, audiences: ['https://api.example'] },
  { ...usual, options: { allowedClientApplications: [CLIENT] }, clients: [CLIENT] },
  { ...usual, options: { clockSkewSeconds: 0 }, skew: 0 },
  { ...usual, options: { clockSkewSeconds: 300 }, skew: 300 },
  { ...usual, options: { allowWebApiToBeAuthorizedByACL: true }, needsPermission: false },
];

const isGuid = (value: unknown): value is string =>
  typeof value === 'string' &&
  value.length === 36 &&
  value
    .split('')
    .every((letter, index) =>
      [8, 13, 18, 23].includes(index) ? letter === '-' : '0123456789abcdef'.includes(letter),
    );
const isTime = (value: unknown): value is number => typeof value === 'number' && value > 0 && value < 1e11;

/** Whether a token may pass: written from Microsoft's documents, not from the library. */
function mayPass(claims: Claims, api: Api): boolean {
  const { aud, iss, exp, nbf, iat, ver, tid, oid, sub, scp, roles, nonce } = claims;
  const has = (value: unknown): boolean => value !== undefined;
  if (!isTime(exp) || exp + api.skew <= NOW) return false;
  for (const time of [nbf, iat]) if (has(time) && !(isTime(time) && time - api.skew <= NOW)) return false;
  if (has(nbf) && (nbf as number) > exp) return false;

  if (!isGuid(tid) || !api.tenants(tid)) return false;
  if (
    ver === '2.0' ? iss !== `${HOST}/${tid}/v2.0` : ver !== '1.0' || iss !== `https://sts.windows.net/${tid}/`
  )
    return false;
  const named: unknown[] = Array.isArray(aud) ? aud : [aud];
  if (!named.every((one) => typeof one === 'string')) return false;
  if (!named.some((one) => api.audiences.includes(one))) return false;

  if (!isGuid(oid) || typeof sub !== 'string' || sub.length === 0) return false;
  if (has(scp) && typeof scp !== 'string') return false;
  if (has(roles) && (!Array.isArray(roles) || roles.some((role) => typeof role !== 'string'))) return false;
  const isScope = (text: string): boolean => text.replaceAll('/', '').trim() !== '';
  const isScoped = typeof scp === 'string' && scp.split(' ').some(isScope);
  const granted = isScoped || ((roles as string[] | undefined) ?? []).some((role) => /\S/.test(role));
  if (api.needsPermission && !granted) return false;

  const client = ver === '2.0' ? claims['azp'] : claims['appid'];
  if (has(client) && !isGuid(client)) return false;
  if (api.clients && !api.clients.some((known) => known === client)) return false;
  // An ID token names no client, and has a nonce or no scope.
  return has(client) || (!has(nonce) && isScoped);
}

const tenantText = fc.constantFrom(
  TENANT,
  OTHER_TENANT,
  CONSUMERS,
  TENANT.toUpperCase(),
  '{tenantid}',
  'common',
  '',
);
const around = (time: number): fc.Arbitrary<number> =>
  fc.oneof(
    fc.integer({ min: time - 310, max: time + 310 }),
    fc.constantFrom(time - 60, time - 59, time + 60, time + 61),
  );
const times = fc.oneof(
  around(NOW),
  fc.constantFrom(0, -1, NOW * 1000, Infinity, -Infinity, NaN, 1e11, NOW + 0.5),
);
/** Values that are right, nearly right, and anything that JSON can hold. */
const values: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  aud: fc.constantFrom(
    API,
    `api://${API}`,
    API.toUpperCase(),
    `${API} `,
    'https://api.example',
    `api://${API}/`,
    [API],
  ),
  iss: fc.oneof(
    tenantText.map((tid) => `${HOST}/${tid}/v2.0`),
    tenantText.map((tid) => `https://sts.windows.net/${tid}/`),
    tenantText.map((tid) => `${HOST}/${tid}/v2.0/`),
  ),
  exp: times,
  nbf: times,
  iat: times,
  ver: fc.constantFrom('1.0', '2.0', '3.0', 2),
  tid: tenantText,
  oid: fc.constantFrom(USER, USER.toUpperCase(), `${USER}|`, 'ada'),
  sub: fc.constantFrom('subject', '', 7),
  azp: fc.constantFrom(CLIENT, API, CLIENT.toUpperCase(), 'spa', [CLIENT]),
  appid: fc.constantFrom(CLIENT, API, 'spa'),
  scp: fc.constantFrom('access_as_user', '', '  ', '/', ' / ', '\u00a0', '\n', 'a b', ['a']),
  roles: fc.oneof(
    fc.array(fc.constantFrom<unknown>('Reader', '', ' ', '\t', 7), { maxLength: 3 }),
    fc.constant('Reader'),
  ),
  nonce: fc.constantFrom('n', null),
};

const good: Claims = {
  aud: API,
  iss: `${HOST}/${TENANT}/v2.0`,
  exp: NOW + 3_600,
  nbf: NOW - 300,
  iat: NOW - 300,
  ver: '2.0',
  tid: TENANT,
  oid: USER,
  sub: 'subject',
  azp: CLIENT,
  scp: 'access_as_user',
};
const ofTenant = (tid: string): Claims => ({ ...good, tid, iss: `${HOST}/${tid}/v2.0` });
const v1 = (tid: string): Claims => ({
  ...good,
  tid,
  ver: '1.0',
  iss: `https://sts.windows.net/${tid}/`,
  azp: undefined,
  appid: CLIENT,
});
const bases = fc.oneof(
  fc.constant(good),
  fc.constantFrom(TENANT, OTHER_TENANT, CONSUMERS).map(ofTenant),
  fc.constantFrom(TENANT, OTHER_TENANT).map(v1),
  fc.constant({ ...good, aud: 'https://api.example' }),
  fc.constant({ ...good, scp: undefined, roles: ['Reader'], sub: USER }),
);
const changes = fc.array(
  fc
    .constantFrom(...Object.keys(values))
    .chain((name) =>
      fc.tuple(
        fc.constant(name),
        fc.oneof({ arbitrary: values[name]!, weight: 6 }, fc.constant(undefined), fc.jsonValue()),
      ),
    ),
  { maxLength: 4 },
);
const tokens = fc
  .tuple(bases, changes)
  .map(([base, changed]): Claims => ({ ...base, ...Object.fromEntries(changed) }));

/** Whether the library lets it pass; anything but an InvalidTokenError fails the test. */
function passes(claims: Claims, api: Api): boolean {
  const options = resolveOptions({ tenantId: TENANT, clientId: API, ...api.options });
  const homeTenantId = options.authority.isMultiTenant ? undefined : TENANT;
  const v1IssuerTemplate = options.authority.v1IssuerTemplate ?? undefined;
  try {
    checkClaims(claims, { options, homeTenantId, v1IssuerTemplate, now: NOW });
    return true;
  } catch (error) {
    if (!(error instanceof InvalidTokenError)) throw error;
    expect(error.message).toMatch(/^[\x20-\x7e]+$/);
    return false;
  }
}

describe('checkClaims', () => {
  it('agrees with the oracle about tokens that are nearly right', () => {
    const passed = { count: 0 };
    fc.assert(
      fc.property(tokens, fc.constantFrom(...apis), (claims, api) => {
        const got = passes(claims, api);
        expect(got).toBe(mayPass(claims, api));
        if (got) passed.count += 1;
      }),
      { numRuns: 15_000 },
    );
    // The property says something of both.
    expect(passed.count).toBeGreaterThan(500);
  });

  it('lets no arbitrary object pass, and says so in one way', () => {
    const names = fc.constantFrom(...Object.keys(good), '__proto__', 'constructor', 'toString');
    const objects = fc.oneof(
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.dictionary(names, fc.jsonValue(), { noNullPrototype: true }),
      fc
        .array(fc.tuple(names, fc.jsonValue()))
        .map((members) =>
          JSON.parse(
            `{${members.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join()}}`,
          ),
        ),
    ) as fc.Arbitrary<Claims>;
    fc.assert(
      fc.property(objects, fc.constantFrom(...apis), (claims, api) => {
        expect(passes(claims, api)).toBe(false);
      }),
      { numRuns: 1_500 },
    );
  });
});
