import { describe, expect, it } from 'vitest';
import type { EntraAuthOptions } from './entra-auth-options.js';
import { optionFaults } from './option-faults.js';

const GUID = '7f3a1c52-0b1e-4f7a-9d43-1c2b3a4d5e6f';
const INSTANCE = 'https://contoso.b2clogin.com';
const SECRET = [{ sourceType: 'ClientSecret', clientSecret: 'canary' }];

/** The faults of good options for Azure AD B2C with `changes` over them. */
const faultsOf = (changes: Readonly<Record<string, unknown>>) =>
  optionFaults({
    instance: INSTANCE,
    tenantId: 'contoso.onmicrosoft.com',
    clientId: GUID,
    signUpSignInPolicyId: 'B2C_1_signup-signin',
    ...changes,
  } as unknown as EntraAuthOptions);

describe('nothing is wrong with', () => {
  it.each<[string, Record<string, unknown>]>([
    ['a B2C tenant as domain', {}],
    ['a B2C tenant as GUID', { tenantId: GUID }],
    ['a trailing slash', { instance: `${INSTANCE}/` }],
    ['capital letters', { instance: 'https://Contoso.B2CLogin.com' }],
    ['no credential', { clientCredentials: [] }],
    ['no scope', { scopes: [] }],
    ['no policy elsewhere', { instance: undefined, signUpSignInPolicyId: undefined }],
  ])('%s', (_what, options) => {
    expect(faultsOf(options)).toEqual([]);
  });
});

describe('what is wrong with', () => {
  const policy = (shown: string, instance = INSTANCE) =>
    `signUpSignInPolicyId is ${shown} and instance is "${instance}"; give the user flow or custom policy whose tokens are accepted, such as "B2C_1_signup_signin": letters, digits, _ and -.`;
  const elsewhere = (instance: string) =>
    `signUpSignInPolicyId is "B2C_1_signup-signin" and instance is ${instance}; only Azure AD B2C has policies: remove it, or give the instance of the B2C tenant, such as "https://contoso.b2clogin.com".`;
  const oneTenant = (tenant: string) =>
    `tenantId is "${tenant}" and instance is "${INSTANCE}", the login host of one tenant; give that tenant as a GUID, or as its domain such as "contoso.onmicrosoft.com".`;
  const exchange = (option: string, what: string) =>
    `${option} is ${what} and instance is "${INSTANCE}"; Azure AD B2C has no on-behalf-of flow: remove ${option}, or use Microsoft Entra ID.`;

  it.each<[string, Record<string, unknown>, string[]]>([
    ['a missing policy', { signUpSignInPolicyId: undefined }, [policy('missing')]],
    [
      'a missing policy, at a host in capital letters',
      { signUpSignInPolicyId: undefined, instance: 'https://X.B2CLOGIN.COM' },
      [policy('missing', 'https://X.B2CLOGIN.COM')],
    ],
    ['an empty policy', { signUpSignInPolicyId: '' }, [policy('""')]],
    ['a policy that is a path', { signUpSignInPolicyId: 'B2C_1/..' }, [policy('"B2C_1/.."')]],
    ['a policy with a query', { signUpSignInPolicyId: 'B2C_1?p=x' }, [policy('"B2C_1?p=x"')]],
    ['a policy with a line break', { signUpSignInPolicyId: 'B2C_1\n' }, [policy('"B2C_1\\n"')]],
    ['a policy that is a list', { signUpSignInPolicyId: ['B2C_1'] }, [policy('["B2C_1"]')]],
    ['a policy that is null', { signUpSignInPolicyId: null }, [policy('null')]],
    ['a policy without instance', { instance: undefined }, [elsewhere('left out')]],
    [
      'a policy in External ID',
      { instance: 'https://contoso.ciamlogin.com' },
      [elsewhere('"https://contoso.ciamlogin.com"')],
    ],
    [
      'a policy at a host that only looks like B2C',
      { instance: 'https://contoso.b2clogin.com.example' },
      [elsewhere('"https://contoso.b2clogin.com.example"')],
    ],
    ['many tenants', { tenantId: 'Common', allowedTenants: 'any' }, [oneTenant('common')]],
    ['many tenants, none of them named', { tenantId: 'organizations' }, [oneTenant('organizations')]],
    ['a credential', { clientCredentials: SECRET }, [exchange('clientCredentials', 'given')]],
    ['scopes, and none to exchange with', { scopes: 'User.Read' }, [exchange('scopes', '"User.Read"')]],
    [
      'scopes and a credential',
      { scopes: ['User.Read'], clientCredentials: SECRET },
      [exchange('clientCredentials', 'given'), exchange('scopes', '["User.Read"]')],
    ],
  ])('%s', (_what, options, faults) => {
    expect(faultsOf(options)).toEqual(faults);
  });
});
