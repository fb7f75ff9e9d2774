import { describe, expect, it } from 'vitest';
import { Authority } from '../options/authority.js';
import { adminConsentUri, consentUri } from './consent-uri.js';

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

  it('has no plus sign for a space', () => {
    expect(consentUri(authority, { clientId: 'c', tenantId: 't', scopes: ['a', 'b+c'] })).toContain(
      'scope=a%20b%2Bc&',
    );
  });

  it('lets no scope add a parameter', () => {
    const { searchParams } = uri(['a&prompt=none#x']);
    expect(searchParams.getAll('prompt')).toEqual(['consent']);
    expect(searchParams.get('scope')).toBe('a&prompt=none#x');
  });
});

describe('adminConsentUri', () => {
  const authority = new Authority('https://login.microsoftonline.us/', 'common');

  it('is the admin consent endpoint of the tenant, for the API and its scopes', () => {
    const missing = { clientId: 'client', tenantId: 'tenant', scopes: ['User.Read', 'api://x/Read'] };
    expect(adminConsentUri(authority, missing)).toBe(
      'https://login.microsoftonline.us/tenant/v2.0/adminconsent?client_id=client&scope=User.Read%20api%3A%2F%2Fx%2FRead',
    );
  });

  it.each([consentUri, adminConsentUri])('lets nothing leave its place: %o', (uri) => {
    const strange = 'a/../b?c#d&e=f +%00\r\n"é';
    const { pathname, searchParams, hash } = new URL(
      uri(authority, { clientId: strange, tenantId: strange, scopes: [strange] }),
    );
    expect(hash).toBe('');
    expect(decodeURIComponent(pathname.split('/')[1] ?? '')).toBe(strange);
    expect(searchParams.getAll('client_id')).toEqual([strange]);
    expect(searchParams.getAll('scope')).toEqual([strange]);
  });
});
