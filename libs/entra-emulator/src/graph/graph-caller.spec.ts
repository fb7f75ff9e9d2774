import { expect, it } from 'vitest';
import type { Exchange } from '../endpoints/exchange.js';
import type { Platform } from '../platform.js';
import { signGraphToken } from '../tokens/access-token-form.js';
import { SigningKeys } from '../tokens/signing-keys.js';
import { authenticateGraphCaller } from './graph-caller.js';

it('a token in the form of Microsoft Graph, and for somebody else, is refused', async () => {
  const now = Date.now();
  const signingKeys = await SigningKeys.create(() => now);
  const platform = { signingKeys, now: () => now } as unknown as Platform;
  const call = (aud: string): unknown => {
    const exp = Math.floor(now / 1000) + 60;
    const token = signGraphToken({ aud, exp, roles: ['User.Read.All'] }, signingKeys.current);
    const exchange = { headers: { authorization: `Bearer ${token}` } } as unknown as Exchange;
    return authenticateGraphCaller(platform, exchange).user;
  };
  for (const audience of ['https://graph.microsoft.com', '00000003-0000-0000-c000-000000000000']) {
    expect(call(audience)).toBeUndefined();
  }
  expect(() => call('https://management.azure.com')).toThrow(
    'Access token validation failure. Invalid audience.',
  );
});
