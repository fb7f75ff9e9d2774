import { Test } from '@nestjs/testing';
import { describe, expect, it, vi } from 'vitest';
import { AuthModule } from './auth.module.js';
import { CredentialChain } from './credentials/credential-chain.js';
import { ConfigurationError } from './errors/configuration.error.js';
import type { EntraAuthOptions } from './options/entra-auth-options.js';

const GUID = '7f3a1c52-0b1e-4f7a-9d43-1c2b3a4d5e6f';
const credential = { sourceType: 'ClientSecret', clientSecret: 'secret' } as const;

const silent = { log: () => undefined, warn: () => undefined, error: () => undefined };

/** Boots an application without a server. */
async function boot(options: Partial<EntraAuthOptions>) {
  const fetch = vi.fn<typeof globalThis.fetch>(async () => Response.json({ keys: [] }));
  const imports = [AuthModule.forRoot({ tenantId: GUID, clientId: GUID, network: { fetch }, ...options })];
  const application = await Test.createTestingModule({ imports }).setLogger(silent).compile();
  await application.init();
  await application.close();
}

describe('the boot', () => {
  it.each<[string, Partial<EntraAuthOptions>]>([
    ['tenant and client alone', {}],
    ['scopes and a credential', { scopes: 'User.Read', clientCredentials: [credential] }],
    [
      'a tenant of External ID with scopes',
      { instance: 'https://contoso.ciamlogin.com', scopes: 'User.Read', clientCredentials: [credential] },
    ],
    [
      'Azure AD B2C without downstream scopes',
      { instance: 'https://contoso.b2clogin.com', signUpSignInPolicyId: 'B2C_1_signin' },
    ],
  ])('goes through with %s', async (_what, options) => {
    await expect(boot(options)).resolves.toBeUndefined();
  });

  it.each<[string, Partial<EntraAuthOptions>]>([
    ['options that are wrong', { clientId: 'api' }],
    [
      'a credential that does not load',
      { clientCredentials: [{ sourceType: 'Path', certificateDiskPath: '/no-such-folder/c.pem' }] },
    ],
    [
      '.default beside named scopes',
      { scopes: ['api://x/.default', 'api://x/Read'], clientCredentials: [credential] },
    ],
    ['scopes to exchange for, and no credential to exchange with', { scopes: 'User.Read' }],
    [
      'Azure AD B2C, which has no on-behalf-of, with downstream scopes',
      { instance: 'https://contoso.b2clogin.com', scopes: 'User.Read', clientCredentials: [credential] },
    ],
  ])('stops at %s', async (_what, options) => {
    await expect(boot(options)).rejects.toThrow(ConfigurationError);
  });

  it('the end of the application ends the watch over its credentials', async () => {
    const close = vi.spyOn(CredentialChain.prototype, 'onModuleDestroy');
    await boot({ clientCredentials: [credential] });
    expect(close).toHaveBeenCalledTimes(1);
    close.mockRestore();
  });
});
