import { Catch, Controller, Get, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { EntraAuthError, TokenAcquisitionService } from 'nestjs-entra';
import { readChallenge } from 'nestjs-entra/client';
import { InspectorModule } from 'nestjs-entra/inspector';
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ADAPTERS, startApp, type Adapter, type Preparation } from '../support/nest-app.js';
import { hasNginx, startNginx } from '../support/nginx-server.js';
import { startWorld } from '../support/world.js';

@Controller()
class OrdersController {
  constructor(private readonly tokens: TokenAcquisitionService) {}

  @Get('orders')
  async orders() {
    return { token: (await this.tokens.getAccessTokenForUser('api://orders/Read')).length };
  }
}

/** A filter of the application, as many have one. */
@Catch(EntraAuthError)
class OwnFilter implements ExceptionFilter<EntraAuthError> {
  constructor(private readonly host: HttpAdapterHost) {}

  catch(error: EntraAuthError, host: ArgumentsHost) {
    this.host.httpAdapter.reply(host.switchToHttp().getResponse(), error.getResponse(), error.getStatus());
  }
}

/** An API whose downstream API is guarded by so many policies. */
async function start(adapter: Adapter, policies: number, prepare?: Preparation) {
  const world = await startWorld();
  const policyIds = Array.from({ length: policies }, () => randomUUID());
  world.emulator.requireClaims({ scope: 'api://orders/Read', policyIds });
  const metadata = { controllers: [OrdersController], imports: [InspectorModule] };
  const app = await startApp(adapter, world.options(), metadata, prepare);
  const claims = JSON.stringify({ access_token: { capolids: { essential: true, values: policyIds } } });
  return { world, app, claims, headers: { authorization: `Bearer ${world.token({ xms_cc: ['cp1'] })}` } };
}

describe.each(ADAPTERS)('A claims challenge on %s', (adapter) => {
  it.each([1, 10, 20, 30, 60, 90, 250])(
    'of %i policies has a header of 2 kB at most, and a page reads its claims',
    async (policies) => {
      const { app, claims, headers } = await start(adapter, policies);
      const response = await fetch(`${await app.nest.getUrl()}/orders`, { headers });
      const header = response.headers.get('www-authenticate') ?? '';
      const isLarge = Math.ceil(claims.length / 3) * 4 > 1_600;
      expect(response.status).toBe(401);
      expect(header.length).toBeLessThanOrEqual(2_048);
      expect(header).toContain('error="insufficient_claims"');
      expect(header.includes('claims="')).toBe(!isLarge);
      expect(await readChallenge(response)).toMatchObject({ error: 'insufficient_claims', claims });
      const body = (await response.json()) as Record<string, unknown>;
      expect(body).toMatchObject({ statusCode: 401, code: 'claims_challenge' });
      expect(body['claims']).toBe(isLarge ? claims : undefined);
      expect(app.log.join('\n').includes('too large for a header and stand in the body')).toBe(isLarge);
    },
  );

  it('too large for a header stands in the body that a filter of the application sends', async () => {
    const { app, claims, headers } = await start(adapter, 60, (nest) =>
      nest.useGlobalFilters(new OwnFilter(nest.get(HttpAdapterHost))),
    );
    const response = await fetch(`${await app.nest.getUrl()}/orders`, { headers });
    expect(await readChallenge(response)).toMatchObject({ error: 'insufficient_claims', claims });
  });
});

describe.skipIf(!hasNginx).each(ADAPTERS)('Behind nginx with its default settings, on %s', (adapter) => {
  it('a large claims challenge reaches the page', async () => {
    const { app, claims, headers } = await start(adapter, 90);
    const nginx = await startNginx(await app.nest.getUrl());
    const response = await fetch(`${nginx}/orders`, { headers });
    expect(response.status).toBe(401);
    expect(await readChallenge(response)).toMatchObject({ error: 'insufficient_claims', claims });
  });

  it('the inspector answers nobody, not even with its key', async () => {
    const { app } = await start(adapter, 1);
    const nginx = await startNginx(await app.nest.getUrl());
    const query = /\/inspector(\?key=\S+)/.exec(app.log.join('\n'))?.[1] ?? '';
    const { port } = new URL(await app.nest.getUrl());
    const direct = await fetch(`http://127.0.0.1:${port}/inspector${query}`);
    expect(direct.status).toBe(200);
    const proxied = await fetch(`${nginx}/inspector${query}`);
    expect([proxied.status, await proxied.text()]).toEqual([
      403,
      expect.stringContaining('it does not answer by way of a proxy'),
    ]);
  });
});
