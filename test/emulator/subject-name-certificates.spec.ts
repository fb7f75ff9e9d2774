import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  clientAssertion,
  createClientCertificate,
  type ClientCertificate,
} from './support/client-certificate.js';
import { createStage, type Stage } from './support/stage.js';

let stage: Stage;
let renewed: ClientCertificate;
beforeAll(async () => {
  [stage, renewed] = await Promise.all([createStage(), createClientCertificate()]);
});
afterAll(() => stage.emulator.stop());

const x5cOf = ({ pem }: ClientCertificate) => [new X509Certificate(pem).raw.toString('base64')];

/** Exchanges as an application that trusts these subjects, with an assertion whose header has `x5c`. */
function exchange(trustedSubjectNames: string[], x5c: unknown, certificate = renewed) {
  const { emulator } = stage;
  const app = emulator.addApplication({ trustedSubjectNames });
  emulator.grantConsent({ clientId: app.clientId, scopes: 'User.Read' });
  const endpoint = `${emulator.url}/${emulator.tenantId}/oauth2/v2.0/token`;
  return stage.exchangeWith(clientAssertion(certificate, app.clientId, endpoint, { header: { x5c } }), {
    client_id: app.clientId,
    assertion: emulator.issueAccessToken({ aud: app.clientId }),
  });
}

describe('An application that trusts a subject name', () => {
  it('is known by a certificate that it never registered', async () => {
    expect((await exchange(['CN=client'], x5cOf(renewed))).status).toBe(200);
  });

  it.each<[string, string[], () => unknown, number]>([
    ['no x5c', ['CN=client'], () => undefined, 700027],
    ['an x5c that is no list', ['CN=client'], () => x5cOf(renewed)[0], 700027],
    ['an x5c without a certificate', ['CN=client'], () => ['AAAA'], 700027],
    [
      'an x5c of another certificate than the one named',
      ['CN=client'],
      () => x5cOf(stage.certificate),
      700027,
    ],
    ['a subject that is not trusted', ['CN=another'], () => x5cOf(renewed), 700030],
    ['no trust in any subject', [], () => x5cOf(renewed), 700027],
  ])('is not known by %s', async (_what, trusted, x5c, aadsts) => {
    const { status, json } = await exchange(trusted, x5c());
    expect(status).toBe(401);
    expect(json['error_codes']).toEqual([aadsts]);
  });

  it('is not known by a certificate whose key signed nothing', async () => {
    const { privateKey } = stage.certificate;
    const forged = { ...renewed, privateKey };
    expect((await exchange(['CN=client'], x5cOf(renewed), forged)).json['error_codes']).toEqual([700027]);
  });
});
