import { describe, expect, it } from 'vitest';
import { scopesFaults } from './value-faults.js';

describe('scopesFaults', () => {
  it.each([
    'api://orders',
    'api://orders/',
    'https://graph.microsoft.com',
    'https://graph.microsoft.com/',
    'https://contoso.com/api/',
    '/',
  ])('%s is a resource without a scope', (scope) => {
    const fault = `downstreamApis.x.scopes has "${scope}", a resource without a scope; name a scope after it, such as "api://orders/Read" or "https://graph.microsoft.com/.default".`;
    expect(scopesFaults('downstreamApis.x.scopes', ['User.Read', scope])).toEqual([fault]);
    expect(scopesFaults('downstreamApis.x.scopes', `User.Read ${scope}`)).toEqual([fault]);
  });

  it.each([
    'api://orders/Read',
    'https://graph.microsoft.com/User.Read',
    'https://graph.microsoft.com//.default',
    'https://contoso.com/api/Read',
    '2c9d8e71-5a34-4b0f-8a6d-90e1f2a3b4c5/.default',
    'User.Read',
    'openid',
    '.default',
  ])('%s is a scope', (scope) => {
    expect(scopesFaults('scopes', [scope])).toEqual([]);
  });
});
