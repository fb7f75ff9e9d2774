import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createStage, SECRET, type Stage } from './support/stage.js';
import { ASSERTION_TYPE, postToken } from './support/token-client.js';

let stage: Stage;
beforeAll(async () => {
  stage = await createStage();
});
afterAll(() => stage.emulator.stop());

it('an ID token is no assertion, whatever roles it has', async () => {
  const { payload } = JSON.parse(
    `{"payload":${Buffer.from(stage.emulator.issueIdToken({ aud: stage.api.clientId }).split('.')[1] ?? '', 'base64url').toString()}}`,
  ) as { payload: Record<string, unknown> };
  expect(payload).not.toHaveProperty('azp');
  const assertion = stage.emulator.issueIdToken({ aud: stage.api.clientId, roles: ['Reports.Admin'] });
  expect((await stage.exchange({ assertion })).json).toMatchObject({
    error: 'invalid_request',
    error_codes: [240002],
  });
});

it('an app-only token stays one, with roles or without', async () => {
  for (const roles of [['Reports.Read.All'], undefined]) {
    const assertion = stage.emulator.issueAccessToken({ aud: stage.api.clientId, scp: undefined, roles });
    expect((await stage.exchange({ assertion })).json).toMatchObject({ error_codes: [7000114] });
  }
});

it('the v1.0 resource parameter is refused on the v2.0 endpoint', async () => {
  expect((await stage.exchange({ resource: 'https://graph.microsoft.com' })).json).toMatchObject({
    error: 'invalid_request',
    error_codes: [901002],
  });
  expect((await stage.clientCredentials({ resource: 'https://graph.microsoft.com' })).json).toMatchObject({
    error_codes: [901002],
  });
});

it('a federated assertion of a tenant that does not exist has no keys', async () => {
  const tenant = randomUUID();
  const subject = 'system:serviceaccount:shop:api';
  const present = async (issuer: string) => {
    const { clientId } = stage.emulator.addApplication({ federatedCredentials: [{ issuer, subject }] });
    const assertion = stage.emulator.issueAccessToken({
      aud: 'api://AzureADTokenExchange',
      iss: issuer,
      sub: subject,
      scp: undefined,
    });
    return stage.clientCredentials({
      client_id: clientId,
      client_secret: undefined,
      client_assertion_type: ASSERTION_TYPE,
      client_assertion: assertion,
    });
  };
  const known = await present(`${stage.emulator.url}/${stage.emulator.tenantId}/v2.0`);
  expect(known.status).toBe(200);
  const unknown = await present(`${stage.emulator.url}/${tenant}/v2.0`);
  expect(unknown.json).toMatchObject({ error: 'invalid_request', error_codes: [900612] });
  const elsewhere = await present(`${stage.emulator.url}/${stage.emulator.tenantId}/v2.0/more`);
  expect(elsewhere.json).toMatchObject({ error_codes: [900612] });
});

it('a Basic header of another client than the body names is refused', async () => {
  const basic = (id: string, secret: string) => ({
    authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
  });
  const other = stage.emulator.addApplication({ clientSecrets: [SECRET] });
  const form = stage.obo({ client_secret: undefined });
  const post = (headers: Record<string, string>, changes = {}) =>
    postToken(stage.emulator, { ...form, ...changes }, undefined, headers);
  expect((await post(basic(stage.api.clientId, SECRET))).status).toBe(200);
  expect((await post(basic(stage.api.clientId, SECRET), { client_id: undefined })).status).toBe(200);
  expect((await post(basic(other.clientId, SECRET))).json).toMatchObject({
    error: 'invalid_request',
    error_codes: [9002313],
  });
  expect((await post(basic(stage.api.clientId, 'x'), { client_secret: SECRET })).json).toMatchObject({
    error_codes: [9002313],
  });
});
