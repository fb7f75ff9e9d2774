import { describe, expect, it, vi } from 'vitest';
import { Assertion } from '../caller/assertion.js';
import { CallerContext } from '../caller/caller-context.js';
import { toEntraUser } from '../caller/entra-user.js';
import { resolveOptions } from '../options/resolve-options.js';
import { TokenAcquisitionService } from './token-acquisition.service.js';

// A fault in the key: everybody has the same one.
vi.mock('../cache/token-cache-key.js', () => ({ tokenCacheKey: () => 'one key for all' }));

const TENANT = '7f3a1c52-0b1e-4f7a-9d43-1c2b3a4d5e6f';
const OTHER_TENANT = 'a1b2c3d4-0b1e-4f7a-9d43-1c2b3a4d5e6f';

describe('a cached token', () => {
  it.each([
    ['user', { oid: 'bob' }],
    ['session', { token: 'another session' }],
    ['tenant', { tid: OTHER_TENANT }],
  ])('is not given to another %s even if the key were the same', async (_what, other) => {
    const context = new CallerContext();
    let count = 0;
    const exchange = async () => ({
      accessToken: `token-${++count}`,
      expiresAt: Date.now() + 3_600_000,
      scopes: [],
    });
    const options = resolveOptions({ tenantId: 'common', allowedTenants: 'any', clientId: TENANT });
    const service = new TokenAcquisitionService(options, { exchange, acquireForApp: exchange }, context);
    const ask = ({ oid = 'ada', token = 'session', tid = TENANT }) =>
      context.run({}, () => {
        const exp = Date.now() / 1000 + 7_200;
        const user = toEntraUser({ aud: 'a', iss: 'i', exp, ver: '2.0', sub: oid, scp: 's', oid, tid });
        if (context.scope) context.scope.caller = { user, assertion: new Assertion(token) };
        return service.getAccessTokenForUser('User.Read');
      });
    expect([await ask({}), await ask({}), await ask(other)]).toEqual(['token-1', 'token-1', 'token-2']);
  });
});
