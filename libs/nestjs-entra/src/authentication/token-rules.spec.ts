import { describe, expect, it } from 'vitest';
import { Authority } from '../options/authority.js';
import { b2cUser } from './b2c-rules.js';
import { tokenRulesOf } from './token-rules.js';

const TENANT = '7f3a1c52-0b1e-4f7a-9d43-1c2b3a4d5e6f';

describe('tokenRulesOf', () => {
  it('holds the tokens of a policy, and no others, to the rules of Azure AD B2C', () => {
    const rules = (instance: string, policy?: string) =>
      tokenRulesOf(new Authority(instance, TENANT, policy));
    const ofEntraId = rules('https://login.microsoftonline.com');
    expect(rules('https://contoso.b2clogin.com', 'B2C_1_signin')).toBe(b2cUser);
    expect(ofEntraId).not.toBe(b2cUser);
    expect(rules('https://contoso.ciamlogin.com')).toBe(ofEntraId);
  });
});
