import { Controller, Get } from '@nestjs/common';
import axios from 'axios';
import { DownstreamApi, InjectDownstreamApi, TokenAcquisitionService } from 'nestjs-entra';
import { addAccessToken } from 'nestjs-entra/axios';
import { readChallenge } from 'nestjs-entra/client';
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { startDownstream } from '../support/downstream-server.js';
import { ADAPTERS, startApp, type Adapter } from '../support/nest-app.js';
import { startWorld } from '../support/world.js';

const B = { clientId: '5a0a1a8c-3d0e-4f61-9a51-0000000000b0', secret: 'the-secret-of-b', uri: 'api://b' };

const CHALLENGE = 'Bearer error="insufficient_claims"';

/** API A. */
@Controller()
class FrontController {
  readonly #axios = axios.create();

  constructor(@InjectDownstreamApi('b') private readonly b: DownstreamApi) {
    addAccessToken(this.#axios, b);
  }

  @Get('front')
  front() {
    return this.b.get('/back');
  }

  @Get('front-axios')
  async frontAxios() {
    return (await this.#axios.get<object>(`${this.b.baseUrl}/back`)).data;
  }

  @Get('front-raw')
  async frontRaw() {
    const response = await this.b.call('/back');
    return { status: response.status, length: (await response.text()).length };
  }

  @Get('warm')
  warm() {
    return this.b.get('/ready');
  }
}

/** API B. */
@Controller()
class BackController {
  constructor(private readonly tokens: TokenAcquisitionService) {}

  @Get('ready')
  ready() {
    return { ready: true };
  }

  @Get('back')
  async back() {
    return { token: (await this.tokens.getAccessTokenForUser('api://orders/Read')).length > 100 };
  }
}

/** API A calls API B, which calls an API guarded by so many policies; both use this library. */
async function startChain(adapter: Adapter, policies: number) {
  const world = await startWorld();
  world.emulator.addApplication({
    clientId: B.clientId,
    identifierUris: [B.uri],
    scopes: ['Read'],
    clientSecrets: [B.secret],
  });
  world.emulator.grantConsent({ clientId: world.api.clientId, scopes: `${B.uri}/Read` });
  world.emulator.grantConsent({ clientId: B.clientId, scopes: 'api://orders/Read' });
  const policyIds = Array.from({ length: policies }, () => randomUUID());
  const claims = JSON.stringify({ access_token: { capolids: { essential: true, values: policyIds } } });
  const credential = [{ sourceType: 'ClientSecret' as const, clientSecret: B.secret }];
  const back = await startApp(
    adapter,
    world.options({ clientId: B.clientId, clientCredentials: credential }),
    { controllers: [BackController] },
  );
  const b = { baseUrl: await back.nest.getUrl(), scopes: `${B.uri}/Read` };
  const front = await startApp(adapter, world.options({ downstreamApis: { b } }), {
    controllers: [FrontController],
  });
  return { world, front, back, policyIds, claims };
}

describe.each(ADAPTERS)('A claims challenge of an API behind an API on %s', (adapter) => {
  it.each([
    ['/front', 10],
    ['/front', 80],
    ['/front-raw', 80],
    ['/front-axios', 80],
  ])('reaches the client, whose new token is served: %s, %i policies', async (path, policies) => {
    const { world, front, policyIds, claims } = await startChain(adapter, policies);
    const token = world.token({ xms_cc: ['cp1'] });
    // A has a token for B from before the policies.
    expect((await front.get('/warm', token)).status).toBe(200);
    for (const scope of ['api://orders/Read', `${B.uri}/Read`]) {
      world.emulator.requireClaims({ scope, policyIds });
    }
    const response = await fetch(`${await front.nest.getUrl()}${path}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(response.status).toBe(401);
    expect(await readChallenge(response)).toMatchObject({ error: 'insufficient_claims', claims });
    // A asked for them once.
    const asked = world.exchanges().filter(({ form }) => form['claims']?.includes(policyIds[0] ?? ''));
    expect(asked.map(({ form }) => form['client_id'])).toEqual([world.api.clientId]);

    const better = world.emulator.issueAccessToken(
      { aud: world.api.clientId, scp: 'access_as_user', xms_cc: ['cp1'] },
      { satisfies: policyIds },
    );
    expect((await front.get(path, better)).status).toBe(200);
  });

  it.each<[string, string, object | string]>([
    [
      'is larger than 16 kB',
      CHALLENGE,
      { code: 'claims_challenge', claims: '{}', message: 'x'.repeat(100_000) },
    ],
    ['has another code', CHALLENGE, { code: 'other', claims: '{"access_token":{}}' }],
    ['is no JSON', CHALLENGE, 'no'],
    [
      'belongs to another challenge',
      'Bearer error="invalid_token"',
      { code: 'claims_challenge', claims: '{}' },
    ],
  ])('is not read from a body that %s, which the caller still gets', async (_what, header, body) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const world = await startWorld();
    const server = await startDownstream((_request, response) => {
      response.writeHead(401, { 'www-authenticate': header, 'content-type': 'application/json' }).end(text);
    });
    const b = { baseUrl: server.url, scopes: 'api://orders/Read' };
    const app = await startApp(adapter, world.options({ downstreamApis: { b } }), {
      controllers: [FrontController],
    });
    const answer = await app.get('/front-raw', world.token());
    expect(answer.body).toEqual({ status: 401, length: text.length });
    expect([server.seen.length, world.exchanges().length]).toEqual([1, 1]);
  });
});
