import { describe, expect, it } from 'vitest';
import type { TokenErrorCode } from '../errors/error-codes.js';
import { InvalidTokenError } from '../errors/token.errors.js';
import type { EntraAuthOptions } from '../options/entra-auth-options.js';
import { resolveOptions } from '../options/resolve-options.js';
import { b2cUser, checkPolicy } from './b2c-rules.js';

const TENANT = '7f3a1c52-0b1e-4f7a-9d43-1c2b3a4d5e6f';
const OTHER_TENANT = 'a1b2c3d4-0b1e-4f7a-9d43-1c2b3a4d5e6f';
const API = '2c9d8e71-5a34-4b0f-8a6d-90e1f2a3b4c5';
const CLIENT = '5b6c7d8e-5a34-4b0f-8a6d-90e1f2a3b4c5';
const USER = '0f1e2d3c-5a34-4b0f-8a6d-90e1f2a3b4c5';
const HOST = 'https://contoso.b2clogin.com';
const NOT_SUPPORTED = 'Not supported currently. Use oid claim.';
const NOW = 1_800_000_000;

/** What is refused, and why in the log. */
const refusal = (code: string, reason: string) => expect.objectContaining({ code, reason }) as Error;

type Claims = Readonly<Record<string, unknown>>;
type Options = Partial<EntraAuthOptions>;

/** A token of a user flow, as Azure AD B2C issues it. */
const token: Claims = {
  aud: API,
  iss: `${HOST}/${TENANT}/v2.0/`,
  iat: NOW,
  nbf: NOW,
  exp: NOW + 3_600,
  auth_time: NOW,
  ver: '1.0',
  tfp: 'B2C_1_signup_signin',
  sub: USER,
  emails: ['ada@example.com'],
  azp: CLIENT,
  scp: 'access_as_user',
};

const userOf = (claims: Claims, options: Options = {}, homeTenantId: string | undefined = TENANT) =>
  b2cUser(claims, {
    options: resolveOptions({
      instance: HOST,
      tenantId: 'contoso.onmicrosoft.com',
      signUpSignInPolicyId: 'B2C_1_SignUp_SignIn',
      clientId: API,
      ...options,
    }),
    homeTenantId,
    v1IssuerTemplate: undefined,
    now: NOW,
  });

type Accepted = [what: string, claims: Claims, options?: Options];
type Refused = [what: string, code: TokenErrorCode, claims: Claims, options?: Options];

const rules: Readonly<Record<string, { accepted: Accepted[]; refused: Refused[] }>> = {
  times: {
    accepted: [['a token that ended within the clock skew', { ...token, exp: NOW - 59, nbf: NOW - 3_600 }]],
    refused: [['an expired token', 'token_expired', { ...token, exp: NOW - 60, nbf: NOW - 3_600 }]],
  },
  kind: {
    accepted: [['an access token with the nonce of its sign-in', { ...token, nonce: 'n' }]],
    refused: [
      ['an ID token', 'token_type', { ...token, nonce: 'n', azp: undefined, scp: undefined }],
      [
        'an ID token that names a client as Entra ID does',
        'token_type',
        { ...token, nonce: 'n', azp: undefined, appid: CLIENT },
      ],
    ],
  },
  tenant: {
    accepted: [
      ['no tid', token],
      ['the tid of the tenant', { ...token, tid: TENANT }],
      ['no tid, of a tenant on the list', token, { allowedTenants: [TENANT] }],
    ],
    refused: [
      ['another tid', 'token_tenant', { ...token, tid: OTHER_TENANT }],
      [
        'another tid, and the issuer to it',
        'token_tenant',
        { ...token, tid: OTHER_TENANT, iss: `${HOST}/${OTHER_TENANT}/v2.0/` },
      ],
      ['a tid that is null', 'token_tenant', { ...token, tid: null }],
      [
        'no tid, of a tenant that is not on the list',
        'token_tenant',
        token,
        { allowedTenants: [OTHER_TENANT] },
      ],
    ],
  },
  issuer: {
    accepted: [['that of the tenant', token]],
    refused: [
      ['no slash at the end', 'token_issuer', { ...token, iss: `${HOST}/${TENANT}/v2.0` }],
      ['two slashes at the end', 'token_issuer', { ...token, iss: `${HOST}/${TENANT}/v2.0//` }],
      ['another tenant', 'token_issuer', { ...token, iss: `${HOST}/${OTHER_TENANT}/v2.0/` }],
      ['the domain', 'token_issuer', { ...token, iss: `${HOST}/contoso.onmicrosoft.com/v2.0/` }],
      ['another host', 'token_issuer', { ...token, iss: `https://fabrikam.b2clogin.com/${TENANT}/v2.0/` }],
      [
        'that of Entra ID, for the same tenant',
        'token_issuer',
        { ...token, iss: `https://sts.windows.net/${TENANT}/` },
      ],
      [
        'that with the policy in it',
        'token_issuer',
        { ...token, iss: `${HOST}/tfp/${TENANT}/b2c_1_signup_signin/v2.0/` },
      ],
      ['a list', 'token_issuer', { ...token, iss: [token['iss']] }],
      ['missing', 'token_issuer', { ...token, iss: undefined }],
      ['a token of version 2.0', 'token_version', { ...token, ver: '2.0' }],
      ['a token of no version', 'token_version', { ...token, ver: undefined }],
      ['a token of a version that is a number', 'token_version', { ...token, ver: 1 }],
    ],
  },
  policy: {
    accepted: [
      ['tfp, in other letters', token],
      ['acr', { ...token, tfp: undefined, acr: 'b2c_1_signup_signin' }],
      ['tfp beside an acr that means something else', { ...token, acr: 'mfa' }],
    ],
    refused: [
      ['another policy in tfp', 'token_issuer', { ...token, tfp: 'B2C_1_edit' }],
      ['another policy in acr', 'token_issuer', { ...token, tfp: undefined, acr: 'b2c_1_edit' }],
      ['another policy in tfp, beside acr', 'token_issuer', { ...token, tfp: 'x', acr: token['tfp'] }],
      ['a policy that begins the same', 'token_issuer', { ...token, tfp: 'B2C_1_signup_signin2' }],
      ['no policy', 'token_issuer', { ...token, tfp: undefined }],
      ['a list', 'token_issuer', { ...token, tfp: [token['tfp']] }],
      ['null', 'token_issuer', { ...token, tfp: null, acr: token['tfp'] }],
    ],
  },
  audience: {
    accepted: [['the client id', token]],
    refused: [['another API', 'token_audience', { ...token, aud: CLIENT }]],
  },
  subject: {
    accepted: [
      ['sub alone', token],
      ['oid and sub', { ...token, oid: USER }],
      ['sub that says nothing, beside oid', { ...token, oid: USER, sub: NOT_SUPPORTED }],
      ['sub of a custom policy', { ...token, sub: 'google|1234' }],
    ],
    refused: [
      ['sub that says the same of everybody', 'token_subject', { ...token, sub: NOT_SUPPORTED }],
      ['no sub', 'token_subject', { ...token, sub: undefined }],
      ['an empty sub', 'token_subject', { ...token, sub: '' }],
      ['sub that is a number', 'token_subject', { ...token, sub: 7 }],
      ['sub with a line break', 'token_subject', { ...token, sub: 'a\n' }],
      ['sub without end', 'token_subject', { ...token, sub: 'a'.repeat(256) }],
      ['oid that is no GUID', 'token_subject', { ...token, oid: 'ada' }],
      ['oid that is null', 'token_subject', { ...token, oid: null }],
    ],
  },
  permissions: {
    accepted: [
      ['a scope', token],
      ['a role', { ...token, scp: undefined, roles: ['Reader'] }],
    ],
    refused: [
      ['neither scp nor roles', 'token_no_permission', { ...token, scp: undefined }],
      ['scp in a list', 'token_no_permission', { ...token, scp: ['access_as_user'] }],
    ],
  },
  'client application': {
    accepted: [['a client on the list', token, { allowedClientApplications: [CLIENT] }]],
    refused: [
      ['a client that is not', 'token_client_application', token, { allowedClientApplications: [API] }],
      [
        'the claim of Entra ID in place of azp',
        'token_client_application',
        { ...token, azp: undefined, appid: CLIENT },
        { allowedClientApplications: [CLIENT] },
      ],
      ['a client that is no GUID', 'token_client_application', { ...token, azp: 'spa' }],
    ],
  },
};

describe.each(Object.entries(rules))('%s', (_rule, { accepted, refused }) => {
  it.each(accepted)('accepts: %s', (_what, claims, options) => {
    expect(() => userOf(claims, options)).not.toThrow();
  });

  it.each(refused)('refuses: %s (%s)', (_what, code, claims, options) => {
    expect(() => userOf(claims, options)).toThrow(InvalidTokenError);
    expect(() => userOf(claims, options)).toThrow(expect.objectContaining({ code }) as Error);
  });
});

describe('b2cUser', () => {
  it('gives the user: tenant of the issuer, sub in place of oid, azp as client', () => {
    expect(userOf(token)).toMatchObject({
      oid: USER,
      tid: TENANT,
      sub: USER,
      clientApplicationId: CLIENT,
      scopes: ['access_as_user'],
      isAppOnly: false,
      isGuest: false,
    });
  });

  it('prefers oid to sub', () => {
    expect(userOf({ ...token, oid: USER, sub: 'other' })).toMatchObject({ oid: USER, sub: 'other' });
  });

  it('refuses every token while the tenant behind a domain is not known', () => {
    const options = resolveOptions({
      instance: HOST,
      tenantId: 'contoso.onmicrosoft.com',
      signUpSignInPolicyId: 'B2C_1_signup_signin',
      clientId: API,
    });
    const context = { options, homeTenantId: undefined, v1IssuerTemplate: undefined, now: NOW };
    const refused: [Claims, sentence: string][] = [
      [token, 'tid is missing; a GUID is required'],
      [{ ...token, tid: TENANT }, `tid is ${TENANT}; this API serves tenant undefined`],
    ];
    for (const [claims, sentence] of refused) {
      expect(() => b2cUser(claims, context)).toThrow(refusal('token_tenant', sentence));
    }
  });

  it('refuses every policy where none is configured', () => {
    const options = resolveOptions({ tenantId: TENANT, clientId: API });
    const context = { options, homeTenantId: TENANT, v1IssuerTemplate: undefined, now: NOW };
    expect(() => checkPolicy({ tfp: 'B2C_1_edit' }, context)).toThrow(
      refusal('token_issuer', 'The token is of policy "B2C_1_edit" (tfp or acr); this API accepts undefined'),
    );
  });
});

describe('what the log reads', () => {
  it.each<[sentence: string, claims: Claims, options?: Options]>([
    ['exp was 61 seconds ago', { ...token, exp: NOW - 61, nbf: NOW - 3_600 }],
    [
      'The token is an ID token; the client has to send an access token, acquired with a scope of this API',
      { ...token, nonce: 'n', azp: undefined },
    ],
    [`tid is ${OTHER_TENANT}; this API serves tenant ${TENANT}`, { ...token, tid: OTHER_TENANT }],
    ['tid is null; a GUID is required', { ...token, tid: null }],
    [
      'The token is of policy "B2C_1_edit" (tfp or acr); this API accepts B2C_1_SignUp_SignIn',
      { ...token, tfp: 'B2C_1_edit' },
    ],
    [
      'The token is of policy "b2c_1a_old" (tfp or acr); this API accepts B2C_1_SignUp_SignIn',
      { ...token, tfp: undefined, acr: 'b2c_1a_old' },
    ],
    [
      'The token is of policy missing (tfp or acr); this API accepts B2C_1_SignUp_SignIn',
      { ...token, tfp: undefined },
    ],
    [`aud is "${CLIENT}"; this API accepts ${API}, api://${API}.`, { ...token, aud: CLIENT }],
    [
      'The token has neither scp nor roles; assign the client an app role or expose a scope, or set allowWebApiToBeAuthorizedByACL',
      { ...token, scp: undefined },
    ],
    ['The calling application is "spa"; a GUID is required', { ...token, azp: 'spa' }],
    [
      `The calling application is "${CLIENT}", which is not among allowedClientApplications`,
      token,
      { allowedClientApplications: [API] },
    ],
    ['ver is "2.0"; tokens of Azure AD B2C are of version "1.0"', { ...token, ver: '2.0' }],
    [`iss is "x"; for a token of this B2C tenant it is ${HOST}/${TENANT}/v2.0/`, { ...token, iss: 'x' }],
    ['sub is ""', { ...token, oid: USER, sub: '' }],
    ['sub is missing', { ...token, oid: USER, sub: undefined }],
    ['oid is "x"; a GUID is required', { ...token, oid: 'x' }],
    [
      `oid is missing and sub is "${NOT_SUPPORTED}", which identifies nobody; let the policy issue the object id`,
      { ...token, sub: NOT_SUPPORTED },
    ],
  ])('%s', (sentence, claims, options) => {
    expect(() => userOf(claims, options)).toThrow(expect.objectContaining({ reason: sentence }) as Error);
  });
});
