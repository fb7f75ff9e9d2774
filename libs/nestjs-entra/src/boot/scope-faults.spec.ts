import { describe, expect, it } from 'vitest';
import { scopeFaults } from './scope-faults.js';

const GRAPH = 'https://graph.microsoft.com';
const CLIENT = '2c9d8e71-5a34-4b0f-8a6d-90e1f2a3b4c5';
const faults = (scopes: string[], audience?: string) =>
  scopeFaults({ tenantId: 'contoso.com', clientId: CLIENT, scopes, ...(audience && { audience }) }, GRAPH);

describe('scopeFaults', () => {
  it.each([
    [['.default', `api://${CLIENT}/Read`], undefined, CLIENT],
    [['.default', `${CLIENT}/Read`], `api://${CLIENT.toUpperCase()}`, CLIENT],
    [[`${CLIENT}/.default`, `api://${CLIENT}/Read`], undefined, CLIENT],
    [['.default', 'api://orders/Read'], 'api://orders', 'api://orders'],
  ])('%j of the audience %j mix .default with a named scope', (scopes, audience, resource) => {
    expect(faults(scopes, audience)).toEqual([
      expect.stringMatching(/^scopes: The scopes .* mix \.default with named scopes of /),
    ]);
    expect(faults(scopes, audience)[0]?.toLowerCase()).toContain(`named scopes of ${resource};`);
  });

  it.each([
    [['.default', 'User.Read'], undefined],
    [['.default', `api://${CLIENT}/.default`], undefined],
    [['.default', 'api://orders/Read'], undefined],
  ])('%j of the audience %j is fine', (scopes, audience) => {
    expect(faults(scopes, audience)).toEqual([]);
  });
});
