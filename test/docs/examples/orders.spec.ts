import { afterEach, beforeEach, expect, it } from 'vitest';
import { OrdersController } from './orders.controller.js';
import { startTestApp, type TestApp } from './test-app.js';

let app: TestApp;
beforeEach(async () => {
  app = await startTestApp(OrdersController);
});
afterEach(() => app.stop());

it('exchanges the token once, and serves the second request from memory', async () => {
  const token = app.emulator.issueAccessToken({ aud: app.clientId, scp: 'access_as_user' });
  expect(await (await app.get('/orders', token)).json()).toMatchObject({ source: 'identity-platform' });
  expect(await (await app.get('/orders', token)).json()).toMatchObject({ source: 'memory' });
  expect(app.emulator.requests.filter(({ endpoint }) => endpoint === 'token')).toHaveLength(1);
});

it('hands the claims challenge of the identity platform to the client', async () => {
  const { policyIds } = app.emulator.requireClaims({ scope: 'api://orders/Read' });
  const refused = await app.get('/orders', app.emulator.issueAccessToken({ aud: app.clientId }));
  expect(refused.status).toBe(401);
  expect(refused.headers.get('www-authenticate')).toContain('error="insufficient_claims"');

  // The client asked its user, and comes back with a token that satisfies the policy.
  const token = app.emulator.issueAccessToken({ aud: app.clientId }, { satisfies: policyIds });
  expect((await app.get('/orders', token)).status).toBe(200);
});

it('answers 503 with Retry-After when the identity platform throttles', async () => {
  const token = app.emulator.issueAccessToken({ aud: app.clientId });
  app.emulator.failNext({ status: 429 });
  const throttled = await app.get('/orders', token);
  expect([throttled.status, throttled.headers.get('retry-after')]).toEqual([503, '60']);
});

it('refuses an application where a user is needed', async () => {
  const appOnly = app.emulator.issueAccessToken({
    aud: app.clientId,
    scp: undefined,
    roles: ['Orders.Read'],
  });
  const refused = await app.get('/orders', appOnly);
  expect(await refused.json()).toMatchObject({ statusCode: 403, code: 'app_only_caller' });
});
