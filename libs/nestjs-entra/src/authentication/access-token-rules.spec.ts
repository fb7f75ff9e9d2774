import { describe, expect, it } from 'vitest';
import type { TokenErrorCode } from '../errors/error-codes.js';
import { InvalidTokenError } from '../errors/token.errors.js';
import type { EntraAuthOptions } from '../options/entra-auth-options.js';
import { resolveOptions } from '../options/resolve-options.js';
import { checkAudience, checkClaims } from './access-token-rules.js';

const TENANT = '7f3a1c52-0b1e-4f7a-9d43-1c2b3a4d5e6f';
const OTHER_TENANT = 'a1b2c3d4-0b1e-4f7a-9d43-1c2b3a4d5e6f';
const CONSUMERS = '9188040d-6c67-4c5b-b112-36a304b66dad';
const API = '2c9d8e71-5a34-4b0f-8a6d-90e1f2a3b4c5';
const CLIENT = '5b6c7d8e-5a34-4b0f-8a6d-90e1f2a3b4c5';
const USER = '0f1e2d3c-5a34-4b0f-8a6d-90e1f2a3b4c5';
const NOW = 1_800_000_000;

/** What is refused, and why in the log. */
const refusal = (code: string, reason: string) => expect.objectContaining({ code, reason }) as Error;

type Claims = Readonly<Record<string, unknown>>;
type Options = Partial<EntraAuthOptions>;

/** A v2.0 token of a user, as Entra issues it. */
const v2: Claims = {
  aud: API,
  iss: `https://login.microsoftonline.com/${TENANT}/v2.0`,
  iat: NOW - 300,
  nbf: NOW - 300,
  exp: NOW + 3_900,
  ver: '2.0',
  tid: TENANT,
  oid: USER,
  sub: 'pairwise-subject',
  azp: CLIENT,
  scp: 'access_as_user',
};
const v1: Claims = {
  ...v2,
  ver: '1.0',
  iss: `https://sts.windows.net/${TENANT}/`,
  azp: undefined,
  appid: CLIENT,
  aud: `api://${API}`,
};
const appOnly: Claims = { ...v2, scp: undefined, roles: ['Reader'], sub: USER };
const of = (tid: string): Claims => ({ ...v2, tid, iss: `https://login.microsoftonline.com/${tid}/v2.0` });

const check = (claims: Claims, options: Options = {}, homeTenantId: string | undefined = TENANT) => {
  const resolved = resolveOptions({ tenantId: TENANT, clientId: API, ...options });
  const home = resolved.authority.isMultiTenant ? undefined : homeTenantId;
  const v1IssuerTemplate = resolved.authority.v1IssuerTemplate ?? undefined;
  checkClaims(claims, { options: resolved, homeTenantId: home, v1IssuerTemplate, now: NOW });
};

type Accepted = [what: string, claims: Claims, options?: Options];
type Refused = [what: string, code: TokenErrorCode, claims: Claims, options?: Options];

const many: Options = { tenantId: 'organizations', allowedTenants: 'any' };

const rules: Readonly<Record<string, { accepted: Accepted[]; refused: Refused[] }>> = {
  times: {
    accepted: [
      ['a token of this hour', v2],
      ['one that ended a moment ago, within the clock skew', { ...v2, exp: NOW - 59 }],
      ['one that begins in a moment, within the clock skew', { ...v2, nbf: NOW + 60, iat: NOW + 60 }],
      ['one without nbf and iat', { ...v2, nbf: undefined, iat: undefined }],
      ['one that begins when it ends', { ...v2, nbf: NOW + 10, exp: NOW + 10 }],
      ['fractions of seconds', { ...v2, exp: NOW + 0.5 }, { clockSkewSeconds: 0 }],
      ['the last second without clock skew', { ...v2, exp: NOW + 1 }, { clockSkewSeconds: 0 }],
    ],
    refused: [
      ['exp a clock skew ago', 'token_expired', { ...v2, exp: NOW - 60 }],
      ['exp now, without clock skew', 'token_expired', { ...v2, exp: NOW }, { clockSkewSeconds: 0 }],
      ['nbf beyond the clock skew', 'token_not_yet_valid', { ...v2, nbf: NOW + 61 }],
      ['iat beyond the clock skew', 'token_not_yet_valid', { ...v2, iat: NOW + 61 }],
      ['no exp', 'token_lifetime', { ...v2, exp: undefined }],
      ['exp as text', 'token_lifetime', { ...v2, exp: String(NOW + 60) }],
      ['an endless exp', 'token_lifetime', { ...v2, exp: Infinity }],
      ['exp that is no number', 'token_lifetime', { ...v2, exp: Number.NaN }],
      ['exp in milliseconds', 'token_lifetime', { ...v2, exp: (NOW + 60) * 1000 }],
      ['a negative exp', 'token_lifetime', { ...v2, exp: -1, nbf: undefined }],
      ['an exp of zero', 'token_lifetime', { ...v2, exp: 0, nbf: undefined }],
      ['an exp too late to be one', 'token_lifetime', { ...v2, exp: 100_000_000_000 }],
      ['exp null', 'token_lifetime', { ...v2, exp: null }],
      ['nbf as text', 'token_lifetime', { ...v2, nbf: String(NOW) }],
      ['nbf null', 'token_lifetime', { ...v2, nbf: null }],
      ['iat as text', 'token_lifetime', { ...v2, iat: String(NOW) }],
      ['nbf after exp', 'token_lifetime', { ...v2, nbf: NOW + 20, exp: NOW + 10 }],
    ],
  },
  kind: {
    accepted: [
      ['a token without nonce', v2],
      ['an access token with a nonce (v2.0)', { ...v2, nonce: 'n' }],
      ['an access token with a nonce (v1.0)', { ...v1, nonce: 'n' }],
    ],
    refused: [
      ['an ID token (v2.0)', 'token_type', { ...v2, nonce: 'n', azp: undefined }],
      ['an ID token (v1.0)', 'token_type', { ...v1, nonce: 'n', appid: undefined }],
      [
        'an ID token that borrows the claim of the other version',
        'token_type',
        { ...v2, nonce: 'n', azp: undefined, appid: CLIENT },
      ],
    ],
  },
  'kind, without a nonce': {
    accepted: [
      ['a token with a scope', { ...v2, azp: undefined }],
      ['an app-only token', appOnly],
    ],
    refused: [
      ['an ID token with roles (v2.0)', 'token_type', { ...appOnly, azp: undefined }],
      [
        'an ID token with roles (v1.0)',
        'token_type',
        { ...v1, scp: undefined, roles: ['Reader'], appid: undefined, azp: CLIENT },
      ],
      [
        'an ID token, where the API authorizes by a list of its own',
        'token_type',
        { ...v2, scp: undefined, azp: undefined },
        { allowWebApiToBeAuthorizedByACL: true },
      ],
    ],
  },
  tenant: {
    accepted: [
      ['the tenant of the API', v2],
      ['any tenant, if that is said', of(OTHER_TENANT), many],
      [
        'a tenant on the list',
        of(OTHER_TENANT),
        { tenantId: 'organizations', allowedTenants: [OTHER_TENANT.toUpperCase()] },
      ],
      ['personal accounts under common', of(CONSUMERS), { tenantId: 'common', allowedTenants: 'any' }],
      ['the tenant behind a domain', v2, { tenantId: 'contoso.com' }],
      ['the tenant of the API, on the list', v2, { allowedTenants: [TENANT] }],
    ],
    refused: [
      ['another tenant', 'token_tenant', of(OTHER_TENANT)],
      [
        'another tenant than that behind a domain',
        'token_tenant',
        of(OTHER_TENANT),
        { tenantId: 'contoso.com' },
      ],
      [
        'another tenant, even if any is allowed: the API has one tenant',
        'token_tenant',
        of(OTHER_TENANT),
        { allowedTenants: 'any' },
      ],
      [
        'a tenant that is not on the list',
        'token_tenant',
        of(OTHER_TENANT),
        { tenantId: 'common', allowedTenants: [TENANT] },
      ],
      ['the tenant of the API, not on the list', 'token_tenant', v2, { allowedTenants: [OTHER_TENANT] }],
      ['personal accounts under organizations', 'token_tenant', of(CONSUMERS), many],
      [
        'personal accounts under organizations, even on the list',
        'token_tenant',
        of(CONSUMERS),
        { tenantId: 'organizations', allowedTenants: [CONSUMERS] },
      ],
      ['no tid', 'token_tenant', { ...v2, tid: undefined }, many],
      ['tid in upper case', 'token_tenant', of(TENANT.toUpperCase())],
      ['tid that is a path', 'token_tenant', of(`${TENANT}/..`), many],
      ['tid in a list', 'token_tenant', { ...v2, tid: [TENANT] }, many],
    ],
  },
  issuer: {
    accepted: [
      ['v2.0', v2],
      ['v1.0', v1],
      ["the token's own tenant", of(OTHER_TENANT), many],
      [
        'External ID, with the tenant as host',
        { ...v2, iss: `https://${TENANT}.ciamlogin.com/${TENANT}/v2.0` },
        { instance: 'https://contoso.ciamlogin.com' },
      ],
      [
        'that of another cloud',
        { ...v2, iss: `https://login.microsoftonline.us/${TENANT}/v2.0` },
        { instance: 'https://login.microsoftonline.us' },
      ],
    ],
    refused: [
      ['another host', 'token_issuer', { ...v2, iss: `https://login.example/${TENANT}/v2.0` }],
      [
        'another tenant',
        'token_issuer',
        { ...v2, iss: `https://login.microsoftonline.com/${OTHER_TENANT}/v2.0` },
      ],
      [
        'another tenant, for an API of many',
        'token_issuer',
        { ...v2, iss: `https://login.microsoftonline.com/${OTHER_TENANT}/v2.0` },
        many,
      ],
      ['the template', 'token_issuer', { ...v2, iss: 'https://login.microsoftonline.com/{tenantid}/v2.0' }],
      ['v1.0 in a v2.0 token', 'token_issuer', { ...v2, iss: v1['iss'] }],
      ['v2.0 in a v1.0 token', 'token_issuer', { ...v1, iss: v2['iss'] }],
      ['a slash too many', 'token_issuer', { ...v2, iss: `${String(v2['iss'])}/` }],
      ['a slash too few', 'token_issuer', { ...v1, iss: `https://sts.windows.net/${TENANT}` }],
      ['other letters', 'token_issuer', { ...v2, iss: String(v2['iss']).toUpperCase() }],
      ['text behind', 'token_issuer', { ...v2, iss: `${String(v2['iss'])}\n` }],
      ['a list', 'token_issuer', { ...v2, iss: [v2['iss']] }],
      ['missing', 'token_issuer', { ...v2, iss: undefined }],
      ['that of another cloud', 'token_issuer', v2, { instance: 'https://login.microsoftonline.us' }],
      [
        'v1.0, where there are no v1.0 tokens',
        'token_version',
        v1,
        { instance: 'https://contoso.ciamlogin.com' },
      ],
      ['of a version that is not known', 'token_version', { ...v2, ver: '3.0' }],
      ['of a version that is a number', 'token_version', { ...v2, ver: 2 }],
      ['of no version', 'token_version', { ...v2, ver: undefined }],
    ],
  },
  audience: {
    accepted: [
      ['the client id', v2],
      ['the App ID URI', { ...v2, aud: `api://${API}` }],
      ['a list of it alone', { ...v2, aud: [API] }],
      ['a list that contains it', { ...v2, aud: [CLIENT, `api://${API}`] }],
      [
        'a configured one',
        { ...v2, aud: 'https://contoso.com/api' },
        { audience: ['api://a', 'https://contoso.com/api'] },
      ],
    ],
    refused: [
      ['another API', 'token_audience', { ...v2, aud: CLIENT }],
      ['Microsoft Graph', 'token_audience', { ...v2, aud: 'https://graph.microsoft.com' }],
      ['the client id, where another audience is configured', 'token_audience', v2, { audience: 'api://a' }],
      ['other letters', 'token_audience', { ...v2, aud: API.toUpperCase() }],
      ['a slash behind', 'token_audience', { ...v2, aud: `api://${API}/` }],
      ['a part of it', 'token_audience', { ...v2, aud: API.slice(0, -1) }],
      ['a list without the right one', 'token_audience', { ...v2, aud: [CLIENT, `${API}/`] }],
      ['an empty list', 'token_audience', { ...v2, aud: [] }],
      ['a list with something that is not a string', 'token_audience', { ...v2, aud: [API, 7] }],
      ['a list in a list', 'token_audience', { ...v2, aud: [[API]] }],
      ['missing', 'token_audience', { ...v2, aud: undefined }],
      ['null', 'token_audience', { ...v2, aud: null }],
    ],
  },
  subject: {
    accepted: [['oid and sub', v2]],
    refused: [
      ['no oid', 'token_subject', { ...v2, oid: undefined }],
      ['oid that is no GUID', 'token_subject', { ...v2, oid: 'ada' }],
      ['oid with a delimiter', 'token_subject', { ...v2, oid: `${USER}|${TENANT}` }],
      ['oid in a list', 'token_subject', { ...v2, oid: [USER] }],
      ['no sub', 'token_subject', { ...v2, sub: undefined }],
      ['an empty sub', 'token_subject', { ...v2, sub: '' }],
      ['sub that is a number', 'token_subject', { ...v2, sub: 7 }],
      ['scp in a list', 'token_no_permission', { ...v2, scp: ['access_as_user'] }],
      ['scp null', 'token_no_permission', { ...v2, scp: null, roles: ['Reader'] }],
      ['roles as text', 'token_no_permission', { ...v2, roles: 'Reader' }],
      ['roles that are numbers', 'token_no_permission', { ...v2, roles: ['Reader', 7] }],
      ['roles null', 'token_no_permission', { ...v2, roles: null }],
    ],
  },
  permissions: {
    accepted: [
      ['a scope', v2],
      ['a role', appOnly],
      [
        'neither, where the API authorizes by a list of its own',
        { ...appOnly, roles: undefined },
        { allowWebApiToBeAuthorizedByACL: true },
      ],
    ],
    refused: [
      ['neither scp nor roles', 'token_no_permission', { ...v2, scp: undefined }],
      ['an empty scp', 'token_no_permission', { ...v2, scp: '' }],
      ['a scp of a slash', 'token_no_permission', { ...v2, scp: '/' }],
      ['a scp of spaces and slashes', 'token_no_permission', { ...v2, scp: ' / // ' }],
      ['a blank scp', 'token_no_permission', { ...v2, scp: '  ' }],
      ['no role in roles', 'token_no_permission', { ...appOnly, roles: [] }],
      ['empty roles', 'token_no_permission', { ...appOnly, roles: ['', ' ', '\u00a0'] }],
      [
        'neither, where the option is spelt out',
        'token_no_permission',
        { ...v2, scp: undefined },
        { allowWebApiToBeAuthorizedByACL: false },
      ],
    ],
  },
  'client application': {
    accepted: [
      ['every client by default', v2],
      ['every client by an explicit null', v2, { allowedClientApplications: null }],
      ['a client on the list (v2.0)', v2, { allowedClientApplications: [CLIENT.toUpperCase()] }],
      ['a client on the list (v1.0)', v1, { allowedClientApplications: [CLIENT] }],
      ['no client, where every one is accepted', { ...v2, azp: undefined }],
    ],
    refused: [
      [
        'a client that is not on the list',
        'token_client_application',
        v2,
        { allowedClientApplications: [API] },
      ],
      [
        'no client',
        'token_client_application',
        { ...v2, azp: undefined },
        { allowedClientApplications: [CLIENT] },
      ],
      [
        'a v2.0 token with the claim of v1.0',
        'token_client_application',
        { ...v2, azp: undefined, appid: CLIENT },
        { allowedClientApplications: [CLIENT] },
      ],
      [
        'a v1.0 token with the claim of v2.0',
        'token_client_application',
        { ...v1, appid: undefined, azp: CLIENT },
        { allowedClientApplications: [CLIENT] },
      ],
      ['a client that is no GUID', 'token_client_application', { ...v2, azp: 'spa' }],
      [
        'a client in a list',
        'token_client_application',
        { ...v2, azp: [CLIENT] },
        { allowedClientApplications: [CLIENT] },
      ],
    ],
  },
};

describe.each(Object.entries(rules))('%s', (_rule, { accepted, refused }) => {
  it.each(accepted)('accepts: %s', (_what, claims, options) => {
    expect(() => check(claims, options)).not.toThrow();
  });

  it.each(refused)('refuses: %s (%s)', (_what, code, claims, options) => {
    expect(() => check(claims, options)).toThrow(InvalidTokenError);
    expect(() => check(claims, options)).toThrow(expect.objectContaining({ code }) as Error);
  });
});

describe('checkClaims', () => {
  it('refuses every tenant while that behind a domain is not known', () => {
    const options = resolveOptions({ tenantId: 'contoso.com', clientId: API });
    const context = { options, homeTenantId: undefined, v1IssuerTemplate: undefined, now: NOW };
    expect(() => checkClaims(v2, context)).toThrow(
      refusal('token_tenant', `tid is ${TENANT}; this API serves tenant undefined`),
    );
  });

  it('refuses claims that stand in a prototype', () => {
    expect(() => check(JSON.parse('{"__proto__":{}}') as Claims)).toThrow(InvalidTokenError);
  });

  it('says what to do about a token of Microsoft Graph', () => {
    for (const aud of ['https://graph.microsoft.com', '00000003-0000-0000-c000-000000000000']) {
      expect(() => check({ ...v2, aud })).toThrow(
        refusal(
          'token_audience',
          `aud is "${aud}"; this API accepts ${API}, api://${API}. That is Microsoft Graph: the client has to ask for a scope of this API, such as api://${API}/access_as_user`,
        ),
      );
    }
  });

  it.each<[sentence: string, claims: Claims, options?: Options]>([
    ['exp is "x"; a time is required', { ...v2, exp: 'x' }],
    ['nbf is "x"', { ...v2, nbf: 'x' }],
    ['iat is "x"', { ...v2, iat: 'x' }],
    ['nbf lies after exp', { ...v2, exp: NOW, nbf: NOW + 1 }],
    ['exp was 61 seconds ago', { ...v2, exp: NOW - 61 }],
    ['nbf is in 61 seconds; compare the clocks', { ...v2, nbf: NOW + 61 }],
    ['iat is in 61 seconds; compare the clocks', { ...v2, iat: NOW + 61 }],
    [
      'The token is an ID token; the client has to send an access token, acquired with a scope of this API',
      { ...v2, nonce: 'n', azp: undefined },
    ],
    ['tid is missing; a GUID is required', { ...v2, tid: undefined }],
    [`tid is ${OTHER_TENANT}; this API serves tenant ${TENANT}`, of(OTHER_TENANT)],
    ['The token is of a personal account; those come in under tenantId "common"', of(CONSUMERS), many],
    [`tid is ${TENANT}, which is not among allowedTenants`, v2, { allowedTenants: [OTHER_TENANT] }],
    ['ver is "3.0"; "1.0" and "2.0" are accepted', { ...v2, ver: '3.0' }],
    ['ver is "1.0"; "2.0" is accepted', v1, { instance: 'https://contoso.ciamlogin.com' }],
    [
      `iss is "x"; for a v2.0 token of this tenant it is https://login.microsoftonline.com/${TENANT}/v2.0`,
      { ...v2, iss: 'x' },
    ],
    [`aud is "x"; this API accepts ${API}, api://${API}.`, { ...v2, aud: 'x' }],
    ['oid is "x"; a GUID is required', { ...v2, oid: 'x' }],
    ['sub is ""', { ...v2, sub: '' }],
    ['scp is 7; a string is required', { ...v2, scp: 7 }],
    ['roles is "x"; a list of strings is required', { ...v2, roles: 'x' }],
    [
      'The token has neither scp nor roles; assign the client an app role or expose a scope, or set allowWebApiToBeAuthorizedByACL',
      { ...v2, scp: '' },
    ],
    ['The calling application is "x"; a GUID is required', { ...v2, azp: 'x' }],
    [
      `The calling application is "${CLIENT}", which is not among allowedClientApplications`,
      v2,
      { allowedClientApplications: [API] },
    ],
  ])('says for the log: %s', (sentence, claims, options) => {
    expect(() => check(claims, options)).toThrow(expect.objectContaining({ reason: sentence }) as Error);
  });

  it('quotes claims in a form that a log can hold', () => {
    expect(() => check({ ...v2, iss: 'https://a\r\nb' })).toThrow(
      refusal(
        'token_issuer',
        `iss is "https://a\\r\\nb"; for a v2.0 token of this tenant it is ${String(v2['iss'])}`,
      ),
    );
  });
});

describe('what the log says about an audience that is not accepted', () => {
  const reasonOf = (claims: Record<string, unknown>, audience?: string) => {
    const options = resolveOptions({ tenantId: TENANT, clientId: API, ...(audience && { audience }) });
    try {
      checkAudience(claims, { options });
      return '';
    } catch (error) {
      return (error as { reason: string }).reason;
    }
  };

  it('names the audience to add for v2.0 tokens when only an Application ID URI is accepted', () => {
    expect(reasonOf({ ...v2 }, 'api://orders')).toContain(`set audience to ["api://orders","${API}"]`);
  });

  it('names the audience and the manifest member for a v1.0 token with a custom Application ID URI', () => {
    const reason = reasonOf({ ...v2, ver: '1.0', aud: 'https://contoso.com/orders' });
    expect(reason).toContain('has "https://contoso.com/orders" as well');
    expect(reason).toContain('set requestedAccessTokenVersion to 2');
  });
});
