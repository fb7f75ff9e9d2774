import { Controller, Get } from '@nestjs/common';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ADAPTERS, startApp } from '../support/nest-app.js';
import { startWorld } from '../support/world.js';

@Controller()
class RouteController {
  @Get()
  route() {
    return {};
  }
}

const metadata = { controllers: [RouteController] };
const TLS_WARNING = 'warn NODE_TLS_REJECT_UNAUTHORIZED is "0": Node.js accepts every TLS certificate';

afterEach(() => vi.unstubAllEnvs());

describe.each(ADAPTERS)('What is for development only, on %s', (adapter) => {
  it.each(['production', ' production', 'Production\n', 'PRODUCTION', 'prod', 'staging', 'live'])(
    'showErrorDetails stops the boot while NODE_ENV is %j',
    async (name) => {
      const world = await startWorld();
      vi.stubEnv('NODE_ENV', name);
      await expect(startApp(adapter, world.options({ showErrorDetails: true }), metadata)).rejects.toThrow(
        `showErrorDetails is true while NODE_ENV is ${JSON.stringify(name)}`,
      );
    },
  );

  it.each([undefined, 'development', 'TEST', ' Development '])(
    'showErrorDetails tells the reason while NODE_ENV is %j',
    async (name) => {
      const world = await startWorld();
      vi.stubEnv('NODE_ENV', name);
      const app = await startApp(adapter, world.options({ showErrorDetails: true }), metadata);
      const { status, body } = await app.get('/', world.token({ aud: 'api://other' }));
      expect([status, body['details']]).toEqual([401, expect.stringContaining('aud is "api://other"')]);
    },
  );

  it.each(['production', 'Production ', 'staging'])(
    'TLS verification that is turned off stops the boot while NODE_ENV is %j',
    async (name) => {
      const world = await startWorld();
      vi.stubEnv('NODE_ENV', name);
      vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
      await expect(startApp(adapter, world.options(), metadata)).rejects.toThrow(
        `NODE_TLS_REJECT_UNAUTHORIZED is "0" while NODE_ENV is ${JSON.stringify(name)}; anyone on the network`,
      );
    },
  );

  it('warns in development when TLS verification is turned off, and only then', async () => {
    const world = await startWorld();
    const checked = await startApp(adapter, world.options(), metadata);
    expect(checked.log.join('\n')).not.toContain('NODE_TLS_REJECT_UNAUTHORIZED');
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    const unchecked = await startApp(adapter, world.options(), metadata);
    expect(unchecked.log.filter((line) => line.startsWith(TLS_WARNING))).toHaveLength(1);
  });
});
