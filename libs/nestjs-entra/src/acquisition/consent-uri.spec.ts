import { describe, expect, it } from 'vitest';
import { Authority } from '../options/authority.js';
import { consentUri } from './consent-uri.js';

describe('consentUri', () => {
  const authority = new Authority('https://login.microsoftonline.us/', 'common');
  const uri = (scopes: string[]) =>
    new URL(consentUri(authority, { clientId: 'client', tenantId: 'tenant', scopes }));

  it("leads to the caller's own tenant in the cloud of the API", () => {
    const { origin, pathname } = uri(['User.Read']);
    expect(origin + pathname).toBe('https://login.microsoftonline.us/tenant/oauth2/v2.0/authorize');
  });

  it('asks for consent to the scopes of the API', () => {
    expect(Object.fromEntries(uri(['User.Read', 'api://x/Read']).searchParams)).toEqual({
      client_id: 'client',
      response_type: 'code',
      scope: 'User.Read api://x/Read',
      prompt: 'consent',
    });
  });

  it('lets no scope add a parameter', () => {
    const { searchParams } = uri(['a&prompt=none#x']);
    expect(searchParams.getAll('prompt')).toEqual(['consent']);
    expect(searchParams.get('scope')).toBe('a&prompt=none#x');
  });
});
