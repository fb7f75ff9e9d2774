import Module from 'node:module';
import type { ClientCredential } from 'nestjs-entra';
import { beforeEach, describe, expect, it, vi, afterEach } from 'vitest';
import { makeCertificate, pkcs12Of, writeFiles } from '../support/certificates.js';
import { startApp } from '../support/nest-app.js';
import { API, startWorld } from '../support/world.js';

const OPTIONAL = ['@azure/identity', '@azure/keyvault-certificates', '@azure/keyvault-secrets', 'node-forge'];
const INSTALL_VAULT =
  'needs packages that are not installed; add them with "npm install @azure/identity @azure/keyvault-certificates @azure/keyvault-secrets".';

const vault: ClientCredential = {
  sourceType: 'KeyVault',
  keyVaultUrl: 'https://contoso.vault.azure.net',
  keyVaultCertificateName: 'orders-api',
};
const secret: ClientCredential = { sourceType: 'ClientSecret', clientSecret: API.secret };

/** Node's resolution of the name of a package to a file. */
interface Resolver {
  _resolveFilename(request: string, ...others: unknown[]): string;
}

const resolver = Module as unknown as Resolver;
const resolve = resolver._resolveFilename;

describe('Without any optional package', () => {
  beforeEach(() => {
    resolver._resolveFilename = (request, ...others) => {
      if (OPTIONAL.some((name) => request === name || request.startsWith(`${name}/`))) {
        throw Object.assign(new Error(`Cannot find module '${request}'`), { code: 'MODULE_NOT_FOUND' });
      }
      return resolve.call(Module, request, ...others);
    };
  });
  afterEach(() => {
    resolver._resolveFilename = resolve;
    vi.restoreAllMocks();
  });

  it.each([
    ['first', [vault, secret], `${INSTALL_VAULT} The next one in the list is used.`],
    ['last', [secret, vault], INSTALL_VAULT],
  ])('the application starts, and names what Key Vault needs: %s in the list', async (_where, list, line) => {
    const world = await startWorld();
    const app = await startApp('express', world.options({ clientCredentials: list }), {});
    const place = `clientCredentials[${list.indexOf(vault)}] (KeyVault)`;
    expect(app.log.filter((entry) => entry.startsWith('warn'))).toEqual([`warn ${place} ${line} EntraAuth`]);
  });

  it('Key Vault as the only credential stops the boot, and names its packages', async () => {
    const world = await startWorld();
    await expect(
      startApp('express', world.options({ clientCredentials: [vault] }), {}),
    ).rejects.toMatchObject({
      name: 'ConfigurationError',
      faults: [`clientCredentials[0] (KeyVault) ${INSTALL_VAULT}`],
    });
  });

  it('PKCS#12 stops the boot and names its package; PEM needs none', async () => {
    const made = await makeCertificate();
    const world = await startWorld({ certificate: made.certificate });
    const paths = writeFiles({
      'api.pfx': pkcs12Of(made),
      'api.pem': made.certificate + made.privateKey,
    });
    const start = (certificateDiskPath: string) =>
      startApp(
        'express',
        world.options({ clientCredentials: [{ sourceType: 'Path', certificateDiskPath }] }),
        {},
      );
    await expect(start(paths['api.pfx'])).rejects.toMatchObject({
      faults: [
        'clientCredentials[0] (Path) is PKCS#12 and needs a package that is not installed; add it with "npm install node-forge".',
      ],
    });
    await expect(start(paths['api.pem'])).resolves.toBeDefined();
  });
});
