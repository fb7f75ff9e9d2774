import { Controller, Get } from '@nestjs/common';
import { TokenAcquisitionService, type ClientCredential } from 'nestjs-entra';
import { describe, expect, it } from 'vitest';
import { makeCertificate, writeFiles } from '../support/certificates.js';
import { ADAPTERS, startApp } from '../support/nest-app.js';
import { API, startWorld } from '../support/world.js';

@Controller('orders')
class OrdersController {
  constructor(private readonly tokens: TokenAcquisitionService) {}

  @Get()
  async orders() {
    return { source: (await this.tokens.getTokenForUser('api://orders/Read')).source };
  }
}

const controllers = [OrdersController];

describe.each(ADAPTERS)('The confidential client on %s', (adapter) => {
  it('proves itself with a client secret', async () => {
    const world = await startWorld();
    const app = await startApp(adapter, world.options(), { controllers });
    expect((await app.get('/orders', world.token())).status).toBe(200);
    expect(world.exchanges()[0]?.form).toHaveProperty('client_secret');
  });

  it('proves itself with a certificate in two PEM files', async () => {
    const { certificate, privateKey } = await makeCertificate();
    const world = await startWorld({ certificate });
    const paths = writeFiles({ 'certificate.pem': certificate, 'key.pem': privateKey });
    const credential: ClientCredential = {
      sourceType: 'Path',
      certificateDiskPath: paths['certificate.pem'],
      privateKeyDiskPath: paths['key.pem'],
    };
    const app = await startApp(adapter, world.options({ clientCredentials: [credential] }), { controllers });
    expect((await app.get('/orders', world.token())).status).toBe(200);
    const form = world.exchanges()[0]?.form;
    expect(form).toHaveProperty('client_assertion');
    expect(form).not.toHaveProperty('client_secret');
  });

  it('proves itself with a certificate and its key in one PEM file', async () => {
    const { certificate, privateKey } = await makeCertificate();
    const world = await startWorld({ certificate });
    const { 'both.pem': path } = writeFiles({ 'both.pem': `${privateKey}${certificate}` });
    const clientCredentials: ClientCredential[] = [{ sourceType: 'Path', certificateDiskPath: path }];
    const app = await startApp(adapter, world.options({ clientCredentials }), { controllers });
    expect((await app.get('/orders', world.token())).status).toBe(200);
  });

  it('is refused with a certificate that is not registered: AADSTS700027', async () => {
    const registered = await makeCertificate();
    const world = await startWorld({ certificate: registered.certificate });
    const clientCredentials: ClientCredential[] = [
      { sourceType: 'Certificate', ...(await makeCertificate()) },
    ];
    const app = await startApp(adapter, world.options({ clientCredentials }), { controllers });
    expect(await app.get('/orders', world.token())).toMatchObject({
      status: 500,
      body: { code: 'client_credential_rejected' },
    });
    expect(world.exchanges()[0]).toMatchObject({ status: 401, aadsts: 700027 });
  });

  it('takes the first credential that loads', async () => {
    const world = await startWorld();
    const clientCredentials: ClientCredential[] = [
      { sourceType: 'Path', certificateDiskPath: '/nowhere/certificate.pem' },
      { sourceType: 'ClientSecret', clientSecret: API.secret },
    ];
    const app = await startApp(adapter, world.options({ clientCredentials }), { controllers });
    expect((await app.get('/orders', world.token())).status).toBe(200);
  });

  it('does not boot when no credential loads, and says why of each', async () => {
    const world = await startWorld();
    const expired = await makeCertificate({ days: -1 });
    const paths = writeFiles({ 'no-key.pem': expired.certificate });
    const boot = startApp(
      adapter,
      world.options({
        clientCredentials: [
          { sourceType: 'Path', certificateDiskPath: '/nowhere/certificate.pem' },
          { sourceType: 'Path', certificateDiskPath: paths['no-key.pem'] },
          { sourceType: 'Certificate', ...expired },
        ],
      }),
      { controllers },
    );
    await expect(boot).rejects.toMatchObject({
      name: 'ConfigurationError',
      faults: [
        expect.stringContaining('cannot read /nowhere/certificate.pem (ENOENT)'),
        expect.stringContaining('is without its private key'),
        expect.stringContaining('expired on'),
      ],
    });
  });
});
