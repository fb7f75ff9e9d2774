import { ConfidentialClientApplication } from '@azure/msal-node';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { makeCertificate } from '../../../../test/support/certificates.js';
import { Assertion } from '../caller/assertion.js';
import { ClientCredentialError, IdentityPlatformUnavailableError } from '../errors/acquisition.errors.js';
import type { ClientCredentialSource } from '../credentials/client-credential-source.js';
import { CredentialChain } from '../credentials/credential-chain.js';
import { CertificateTextSource } from '../credentials/sources/certificate-text.source.js';
import { ClientSecretSource } from '../credentials/sources/client-secret.source.js';
import { resolveOptions } from '../options/resolve-options.js';
import { MsalEngine } from './msal.engine.js';
import type { TokenExchange } from './token-exchange-engine.js';

const TENANT = '7f3a1c52-0b1e-4f7a-9d43-1c2b3a4d5e6f';
const OTHER_TENANT = 'a1b2c3d4-0b1e-4f7a-9d43-1c2b3a4d5e6f';
const CLIENT = '2c9d8e71-5a34-4b0f-8a6d-90e1f2a3b4c5';

/** The clients of msal-node that were used. */
const clients = new Set<ConfidentialClientApplication>();
const exchangeOf = ConfidentialClientApplication.prototype.acquireTokenOnBehalfOf;

beforeEach(() => {
  vi.spyOn(ConfidentialClientApplication.prototype, 'acquireTokenOnBehalfOf').mockImplementation(function (
    this: ConfidentialClientApplication,
    request,
  ) {
    clients.add(this);
    return exchangeOf.call(this, request);
  });
});
afterEach(() => {
  clients.clear();
  vi.restoreAllMocks();
});

/** What was sent, and what is answered. */
async function setUp(
  answer: (form: URLSearchParams) => Response = tokenAnswer,
  sources: ClientCredentialSource[] = [
    new ClientSecretSource({ sourceType: 'ClientSecret', clientSecret: 'the secret' }),
  ],
) {
  const sent: { url: string; form: URLSearchParams }[] = [];
  const options = resolveOptions({
    instance: 'https://login.example',
    tenantId: TENANT,
    clientId: CLIENT,
    network: {
      retries: 0,
      fetch: async (input, init) => {
        const form = new URLSearchParams(init?.body as string);
        sent.push({ url: input as string, form });
        return answer(form);
      },
    },
  });
  const credentials = await CredentialChain.start(sources);
  onTestFinished(() => credentials.onModuleDestroy());
  return { engine: new MsalEngine(options, credentials), sent, options };
}

function tokenAnswer(form: URLSearchParams): Response {
  return Response.json({
    token_type: 'Bearer',
    scope: 'api://orders/Read',
    expires_in: 3599,
    ext_expires_in: 3599,
    access_token: `token-for-${form.get('assertion')}`,
    refresh_token: 'a-refresh-token',
    client_info: Buffer.from(JSON.stringify({ uid: 'ada', utid: TENANT })).toString('base64url'),
  });
}

function exchange(assertion = 'one', changes: Partial<TokenExchange> = {}): TokenExchange {
  return {
    assertion: new Assertion(assertion),
    tenantId: TENANT,
    scopes: ['api://orders/Read'],
    correlationId: '11111111-2222-4333-8444-555555555555',
    ...changes,
  };
}

/** Everything that the clients of msal-node remember. */
function remembered(): string[] {
  return [...clients].flatMap((client) => {
    const sections = JSON.parse(client.getTokenCache().serialize()) as Record<string, object>;
    return Object.entries(sections).flatMap(([section, entries]) =>
      section === 'AppMetadata' ? [] : Object.keys(entries),
    );
  });
}

describe('MsalEngine', () => {
  it('exchanges at the token endpoint of the tenant, and asks nobody else', async () => {
    const { engine, sent } = await setUp();
    expect(await engine.exchange(exchange())).toMatchObject({
      accessToken: 'token-for-one',
      scopes: ['api://orders/Read'],
    });
    expect(sent.map(({ url }) => url.split('?')[0])).toEqual([
      `https://login.example/${TENANT}/oauth2/v2.0/token`,
    ]);
  });

  it('leaves nothing in the cache of msal-node, after a success and after a failure', async () => {
    const { engine } = await setUp((form) =>
      form.get('assertion') === 'bad'
        ? Response.json({ error: 'invalid_grant', error_codes: [50013] }, { status: 400 })
        : tokenAnswer(form),
    );
    await engine.exchange(exchange('one'));
    await engine.exchange(exchange('bad')).catch(() => undefined);
    await Promise.all(['two', 'three', 'four'].map((assertion) => engine.exchange(exchange(assertion))));
    expect(clients.size).toBe(1);
    expect(remembered()).toEqual([]);
  });

  it('gives each of many interleaved exchanges its own token', async () => {
    const { engine } = await setUp();
    const names = Array.from({ length: 100 }, (_, index) => `assertion-${index}`);
    const tokens = await Promise.all(names.map((name) => engine.exchange(exchange(name))));
    expect(tokens.map(({ accessToken }) => accessToken)).toEqual(names.map((name) => `token-for-${name}`));
  });

  it.each([429, 500, 503])(
    'after a %i of one user the next one is served: no throttle spans users',
    async (status) => {
      const { engine } = await setUp((form) =>
        form.get('assertion') === 'unlucky'
          ? new Response('', { status, headers: { 'retry-after': '60' } })
          : tokenAnswer(form),
      );
      await expect(engine.exchange(exchange('unlucky'))).rejects.toMatchObject({
        code: 'identity_platform_unavailable',
        retryAfterSeconds: 60,
        platform: { status },
      });
      expect((await engine.exchange(exchange('lucky'))).accessToken).toBe('token-for-lucky');
    },
  );

  it('has a client for each tenant, and keeps them apart', async () => {
    const { engine, sent } = await setUp();
    await engine.exchange(exchange('one'));
    await engine.exchange(exchange('one', { tenantId: OTHER_TENANT }));
    await engine.exchange(exchange('one'));
    expect(clients.size).toBe(2);
    expect(sent.map(({ url }) => url.split('/')[3])).toEqual([TENANT, OTHER_TENANT, TENANT]);
  });

  it('signs one assertion for each tenant, not for each exchange, also when tenants alternate', async () => {
    const source = new CertificateTextSource(
      { sourceType: 'Certificate', ...(await makeCertificate()) },
      { sendX5C: false },
    );
    const { engine, sent } = await setUp(tokenAnswer, [source]);
    for (let call = 0; call < 40; call++) {
      await engine.exchange(exchange(`user-${call}`, { tenantId: call % 2 ? OTHER_TENANT : TENANT }));
    }
    const assertions = sent.map(({ form }) => form.get('client_assertion') ?? '');
    expect(new Set(assertions).size).toBe(2);
    const audiences = assertions.map(
      (assertion) =>
        (JSON.parse(Buffer.from(assertion.split('.')[1] ?? '', 'base64url').toString()) as { aud: string })
          .aud,
    );
    expect(audiences).toEqual(sent.map(({ url }) => url.split('?')[0]));
  });

  it('after a refused credential serves the same request with the next one', async () => {
    const secret = (clientSecret: string) =>
      new ClientSecretSource({ sourceType: 'ClientSecret', clientSecret });
    const { engine, sent } = await setUp(
      (form) =>
        form.get('client_secret') === 'old'
          ? Response.json({ error: 'invalid_client', error_codes: [7000222] }, { status: 401 })
          : tokenAnswer(form),
      [secret('old'), secret('new')],
    );
    expect((await engine.exchange(exchange('one'))).accessToken).toBe('token-for-one');
    expect((await engine.exchange(exchange('two'))).accessToken).toBe('token-for-two');
    expect(sent.map(({ form }) => form.get('client_secret'))).toEqual(['old', 'new', 'new']);
  });

  it.each([700016, 7000112, 50013])(
    'AADSTS%i is no fault of the credential: no other is shown',
    async (aadsts) => {
      const secret = (clientSecret: string) =>
        new ClientSecretSource({ sourceType: 'ClientSecret', clientSecret });
      const { engine, sent } = await setUp(
        () => Response.json({ error: 'invalid_client', error_codes: [aadsts] }, { status: 401 }),
        [secret('first'), secret('second')],
      );
      await expect(engine.exchange(exchange())).rejects.toMatchObject({ platform: { aadsts } });
      expect(sent).toHaveLength(1);
    },
  );

  it('sends claims and correlation id', async () => {
    const { engine, sent } = await setUp();
    const claims = JSON.stringify({ access_token: { acrs: { essential: true, value: 'c1' } } });
    await engine.exchange(exchange('one', { claims }));
    const form = sent[0]?.form;
    expect(JSON.parse(form?.get('claims') ?? '{}')).toMatchObject({
      access_token: { acrs: { essential: true, value: 'c1' }, xms_cc: { values: ['cp1'] } },
    });
    expect(form?.get('client-request-id')).toBe('11111111-2222-4333-8444-555555555555');
  });

  it('acquires a token of the application itself by client credentials', async () => {
    const { engine, sent } = await setUp();
    const scope = 'api://orders/.default';
    await engine.acquireForApp({ tenantId: TENANT, scope, correlationId: '1' });
    expect(Object.fromEntries(sent[0]?.form ?? [])).toMatchObject({
      grant_type: 'client_credentials',
      scope,
    });
  });

  it('without a credential it says so, and asks nobody', async () => {
    const { options, sent } = await setUp();
    await expect(
      new MsalEngine(options, await CredentialChain.start([])).exchange(exchange()),
    ).rejects.toThrow(ClientCredentialError);
    expect(sent).toEqual([]);
  });

  it('a fault inside msal-node is no success and no crash', async () => {
    const { engine } = await setUp();
    vi.spyOn(ConfidentialClientApplication.prototype, 'acquireTokenOnBehalfOf').mockRejectedValue(
      new TypeError('x'),
    );
    await expect(engine.exchange(exchange())).rejects.toThrow(IdentityPlatformUnavailableError);
  });
});
