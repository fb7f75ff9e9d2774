import { Controller, Get } from '@nestjs/common';
import { DownstreamScopes, TokenAcquisitionService } from 'nestjs-entra';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { takeOverClocks } from '../support/clocks.js';
import { ADAPTERS, startApp } from '../support/nest-app.js';
import { claimsOf } from '../support/tokens.js';
import { ADELE, API, BEN, ORDERS, startWorld } from '../support/world.js';

@Controller()
class OrdersController {
  constructor(private readonly tokens: TokenAcquisitionService) {}

  @Get('orders')
  async orders() {
    const { source, accessToken, correlationId } = await this.tokens.getTokenForUser('api://orders/Read');
    return { source, uti: claimsOf(accessToken)['uti'], correlationId };
  }

  @Get('background')
  @DownstreamScopes('api://orders/Read', { prefetch: 'background' })
  async background() {
    return this.orders();
  }

  @Get('background-unused')
  @DownstreamScopes('api://files/Write', { prefetch: 'background' })
  async backgroundUnused() {
    return {};
  }

  @Get('background-failing')
  @DownstreamScopes('api://files/Write', { prefetch: 'background' })
  async backgroundFailing() {
    return { token: await this.tokens.getAccessTokenForUser('api://files/Write') };
  }

  @Get('on-demand')
  @DownstreamScopes('api://orders/Read', { prefetch: 'onDemand' })
  onDemand() {
    return {};
  }
}

const controllers = [OrdersController];

describe.each(ADAPTERS)('Token acquisition on %s', (adapter) => {
  const start = async (changes = {}) => {
    const world = await startWorld();
    const app = await startApp(adapter, world.options(changes), { controllers });
    return { world, app, tokens: app.nest.get(TokenAcquisitionService) };
  };

  describe('for the application itself', () => {
    it('acquires once, remembers, and joins who asks at the same time', async () => {
      const { world, tokens } = await start();
      const scope = 'api://orders/.default';
      const all = await Promise.all(Array.from({ length: 20 }, () => tokens.getAccessTokenForApp(scope)));
      expect(new Set(all).size).toBe(1);
      expect(claimsOf(all[0]!)).toMatchObject({ aud: ORDERS.clientId, azp: API.clientId });
      expect(claimsOf(all[0]!)).not.toHaveProperty('scp');
      expect((await tokens.getTokenForApp(scope)).source).toBe('memory');
      expect(world.exchanges().map(({ form }) => form['grant_type'])).toEqual(['client_credentials']);
    });

    it('needs a scope that ends in /.default, and a concrete tenant', async () => {
      const { tokens } = await start();
      await expect(tokens.getAccessTokenForApp('api://orders/Read')).rejects.toThrow('ends in /.default');
      const many = await start({ tenantId: 'organizations', allowedTenants: 'any' });
      await expect(many.tokens.getAccessTokenForApp('api://orders/.default')).rejects.toThrow('no tenant');
      const { tenantId } = many.world.emulator;
      const token = await many.tokens.getTokenForApp('api://orders/.default', { tenantId });
      expect(token.tenantId).toBe(tenantId);
    });
  });

  describe('outside a request', () => {
    it('exchanges an assertion at its own tenant', async () => {
      const { world, tokens } = await start();
      const request = { assertion: world.token({ oid: BEN.oid }), scopes: 'api://orders/Read' };
      const token = await tokens.acquireTokenOnBehalfOf(request);
      expect(claimsOf(token.accessToken)).toMatchObject({ oid: BEN.oid, aud: ORDERS.clientId });
      expect((await tokens.acquireTokenOnBehalfOf(request)).source).toBe('memory');
      expect(world.exchanges()).toHaveLength(1);
    });

    it('leaves it to the identity platform to refuse one that is no token', async () => {
      const { world, tokens } = await start();
      const { tenantId } = world.emulator;
      const exchange = tokens.acquireTokenOnBehalfOf({ assertion: 'opaque', tenantId, scopes: 'User.Read' });
      await expect(exchange).rejects.toMatchObject({
        code: 'assertion_rejected',
        platform: { aadsts: 50027 },
      });
      await expect(
        tokens.acquireTokenOnBehalfOf({ assertion: 'opaque', scopes: 'User.Read' }),
      ).rejects.toThrow('pass tenantId');
    });

    it('exchanges a SAML assertion under its own grant type, and keeps the token to the end of it', async () => {
      const world = await startWorld();
      const sent: URLSearchParams[] = [];
      const saml = (minutes: number) =>
        `<Assertion><Conditions NotOnOrAfter="${new Date(Date.now() + minutes * 60_000).toISOString()}"/></Assertion>`;
      // The emulator knows no SAML, so the exchange of an access token answers in place of it.
      const answered = world.token();
      const options = world.options({
        network: {
          fetch: (input, init) => {
            const form = new URLSearchParams(init?.body as string);
            if (form.get('grant_type')?.includes('saml')) {
              sent.push(new URLSearchParams(form));
              form.set('grant_type', 'urn:ietf:params:oauth:grant-type:jwt-bearer');
              form.set('assertion', answered);
            }
            return world.emulator.fetch(input, { ...init, body: form.toString() });
          },
        },
      });
      const app = await startApp(adapter, options, {});
      const tokens = app.nest.get(TokenAcquisitionService);
      const request = (assertion: string) => ({
        assertion,
        assertionType: 'urn:ietf:params:oauth:grant-type:saml2-bearer',
        tenantId: world.emulator.tenantId,
        scopes: 'api://orders/Read',
      });
      const long = request(saml(60));
      const token = await tokens.acquireTokenOnBehalfOf(long);
      expect(claimsOf(token.accessToken)).toMatchObject({ aud: ORDERS.clientId });
      expect((await tokens.acquireTokenOnBehalfOf(long)).source).toBe('memory');
      expect(sent.map((form) => form.get('grant_type'))).toEqual([long.assertionType]);
      expect(Buffer.from(sent[0]?.get('assertion') ?? '', 'base64url').toString()).toBe(long.assertion);

      const ended = request(saml(-1));
      await tokens.acquireTokenOnBehalfOf(ended);
      expect((await tokens.acquireTokenOnBehalfOf(ended)).source).toBe('identity-platform');
    });

    it('a SAML assertion is refused by an identity platform that does not know the grant: AADSTS70003', async () => {
      const { world, tokens } = await start();
      const exchange = tokens.acquireTokenOnBehalfOf({
        assertion: '<Assertion/>',
        assertionType: 'urn:ietf:params:oauth:grant-type:saml1_1-bearer',
        tenantId: world.emulator.tenantId,
        scopes: 'api://orders/Read',
      });
      await expect(exchange).rejects.toMatchObject({
        code: 'client_credential_rejected',
        platform: { aadsts: 70003 },
      });
    });

    it('sends the correlation id, and leaves it on the token', async () => {
      const { world, tokens } = await start();
      const correlationId = '11111111-2222-4333-8444-555555555555';
      const request = { assertion: world.token(), scopes: 'api://orders/Read' };
      expect((await tokens.acquireTokenOnBehalfOf(request, { correlationId })).correlationId).toBe(
        correlationId,
      );
      expect(world.exchanges()[0]?.form['client-request-id']).toBe(correlationId);
    });

    it('a waiter that gives up leaves the exchange to the others', async () => {
      const { world, tokens } = await start();
      world.emulator.failNext({ delayMs: 200 });
      const request = { assertion: world.token(), scopes: 'api://orders/Read' };
      const impatient = tokens.acquireTokenOnBehalfOf(request, { signal: AbortSignal.timeout(50) });
      const patient = tokens.acquireTokenOnBehalfOf(request);
      await expect(impatient).rejects.toMatchObject({ name: 'TimeoutError' });
      expect((await patient).source).toBe('identity-platform');
      expect(world.exchanges()).toHaveLength(1);
    });
  });

  describe('kept apart', () => {
    it('a token acquired with claims is not served without them, nor the other way round', async () => {
      const { world, tokens } = await start();
      const assertion = world.token();
      const scopes = 'api://orders/Read';
      const claims = JSON.stringify({ access_token: { acrs: { essential: true, value: 'c1' } } });
      const withClaims = await tokens.acquireTokenOnBehalfOf({ assertion, scopes, claims });
      const without = await tokens.acquireTokenOnBehalfOf({ assertion, scopes });
      expect(without.source).toBe('identity-platform');
      expect(without.accessToken).not.toBe(withClaims.accessToken);
      expect((await tokens.acquireTokenOnBehalfOf({ assertion, scopes, claims })).accessToken).toBe(
        withClaims.accessToken,
      );
      expect((await tokens.acquireTokenOnBehalfOf({ assertion, scopes })).accessToken).toBe(
        without.accessToken,
      );
    });

    it('one assertion at two tenants gives two tokens', async () => {
      const { world, tokens } = await start();
      const other = world.emulator.addTenant();
      const request = { assertion: world.token(), scopes: 'api://orders/Read' };
      await tokens.acquireTokenOnBehalfOf(request);
      await tokens.acquireTokenOnBehalfOf({ ...request, tenantId: other.tenantId }).catch(() => undefined);
      expect(world.exchanges().map(({ tenant }) => tenant)).toEqual([
        world.emulator.tenantId,
        other.tenantId,
      ]);
    });

    it('a superset of scopes serves, and overlapping sets do not evict each other', async () => {
      const { world, tokens } = await start();
      const assertion = world.token();
      const of = (...scopes: string[]) => tokens.acquireTokenOnBehalfOf({ assertion, scopes });
      await of('api://orders/Read', 'api://orders/Write');
      expect((await of('API://orders/write')).source).toBe('memory');
      await of('User.Read');
      expect((await of('https://graph.microsoft.com/user.read')).source).toBe('memory');
      expect((await of('api://orders/Read')).source).toBe('memory');
      expect(world.exchanges()).toHaveLength(2);
    });

    it('forceRefresh passes the memory and renews it', async () => {
      const { world, tokens } = await start();
      const request = { assertion: world.token(), scopes: 'api://orders/Read' };
      const first = await tokens.acquireTokenOnBehalfOf(request);
      const forced = await tokens.acquireTokenOnBehalfOf(request, { forceRefresh: true });
      expect(forced.source).toBe('identity-platform');
      expect(forced.accessToken).not.toBe(first.accessToken);
      expect((await tokens.acquireTokenOnBehalfOf(request)).accessToken).toBe(forced.accessToken);
    });
  });

  describe('when it fails', () => {
    it('a definitive failure is remembered for five seconds, for its own key alone', async () => {
      const { world, tokens } = await start();
      const clocks = takeOverClocks();
      const request = { assertion: world.token(), scopes: 'api://files/Write' };
      const code = { code: 'consent_required' };
      for (let time = 0; time < 3; time++) {
        await expect(tokens.acquireTokenOnBehalfOf(request)).rejects.toMatchObject(code);
      }
      expect(world.exchanges()).toHaveLength(1);
      await expect(tokens.acquireTokenOnBehalfOf(request, { forceRefresh: true })).rejects.toMatchObject(
        code,
      );
      await expect(
        tokens.acquireTokenOnBehalfOf({ ...request, assertion: world.token({ oid: BEN.oid }) }),
      ).rejects.toMatchObject(code);
      expect(world.exchanges()).toHaveLength(3);
      world.emulator.grantConsent({ clientId: API.clientId, scopes: 'api://files/Write' });
      clocks.pass(5_001);
      expect((await tokens.acquireTokenOnBehalfOf(request)).source).toBe('identity-platform');
    });

    it.each([
      ['429', { status: 429, headers: { 'retry-after': '30' } }],
      ['503 with Retry-After', { status: 503, headers: { 'retry-after': '30' } }],
    ])(
      '%s holds back the caller it concerns, for as long as was asked, and nobody else',
      async (_what, fault) => {
        const { world, app } = await start();
        const [adele, ben] = [world.token({ oid: ADELE.oid }), world.token({ oid: BEN.oid })];
        world.emulator.failNext(fault);
        expect((await app.get('/orders', adele)).headers.get('retry-after')).toBe('30');
        const again = await app.get('/orders', adele);
        expect(again.status).toBe(503);
        expect(Number(again.headers.get('retry-after'))).toBeGreaterThan(25);
        expect(world.exchanges()).toHaveLength(1);
        expect((await app.get('/orders', ben)).status).toBe(200);
        takeOverClocks().pass(31_000);
        expect((await app.get('/orders', adele)).status).toBe(200);
      },
    );

    it('an identity platform that is gone leaves every cached token serving', async () => {
      const { world, app } = await start();
      const token = world.token();
      await app.get('/orders', token);
      world.emulator.failNext({ reset: true, times: Infinity });
      world.emulator.failNext({ endpoint: 'keys', reset: true, times: Infinity });
      takeOverClocks().pass(50 * 60_000);
      for (let time = 0; time < 3; time++) {
        expect(await app.get('/orders', token)).toMatchObject({ status: 200, body: { source: 'memory' } });
      }
    });
  });

  describe('with prefetch', () => {
    it("'background': the handler joins the exchange that is under way", async () => {
      const { world, app } = await start();
      expect((await app.get('/background', world.token())).status).toBe(200);
      expect(world.exchanges()).toHaveLength(1);
    });

    it("'background': a failure surfaces when the token is asked for, and otherwise nowhere", async () => {
      const unhandled = vi.fn();
      process.on('unhandledRejection', unhandled);
      onTestFinished(() => void process.off('unhandledRejection', unhandled));
      const { world, app } = await start();
      expect((await app.get('/background-unused', world.token())).status).toBe(200);
      expect((await app.get('/background-failing', world.token())).body['code']).toBe('consent_required');
      await new Promise((resolve) => setImmediate(resolve));
      expect(unhandled).not.toHaveBeenCalled();
    });

    it("'onDemand': nothing is acquired until it is asked for", async () => {
      const { world, app } = await start();
      expect((await app.get('/on-demand', world.token())).status).toBe(200);
      expect(world.exchanges()).toEqual([]);
    });
  });
});
