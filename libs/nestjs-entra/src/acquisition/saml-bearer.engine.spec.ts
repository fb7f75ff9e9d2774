import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Assertion } from '../caller/assertion.js';
import { CredentialChain } from '../credentials/credential-chain.js';
import { ClientSecretSource } from '../credentials/sources/client-secret.source.js';
import { CustomAssertionSource } from '../credentials/sources/custom-assertion.source.js';
import type { ClientCredentialSource } from '../credentials/client-credential-source.js';
import { resolveOptions } from '../options/resolve-options.js';
import { SamlBearerEngine } from './saml-bearer.engine.js';
import type { TokenExchange } from './token-exchange-engine.js';

const TENANT = '7f3a1c52-0b1e-4f7a-9d43-1c2b3a4d5e6f';
const CLIENT = '2c9d8e71-5a34-4b0f-8a6d-90e1f2a3b4c5';
const SAML2 = 'urn:ietf:params:oauth:grant-type:saml2-bearer';

const secret = (clientSecret: string) => new ClientSecretSource({ sourceType: 'ClientSecret', clientSecret });

async function setUp({
  sources = [secret('the secret')],
  answer = () => tokenAnswer(),
  clientCapabilities,
}: {
  sources?: ClientCredentialSource[];
  answer?: (form: URLSearchParams) => Response;
  clientCapabilities?: string[];
} = {}) {
  const sent: { url: string; form: Record<string, string> }[] = [];
  const options = resolveOptions({
    instance: 'https://login.example',
    tenantId: TENANT,
    clientId: CLIENT,
    clientCapabilities,
    network: {
      retries: 0,
      fetch: async (input, init) => {
        const form = new URLSearchParams(init?.body as string);
        sent.push({ url: input as string, form: Object.fromEntries(form) });
        return answer(form);
      },
    },
  });
  const credentials = await CredentialChain.start(sources);
  onTestFinished(() => credentials.onModuleDestroy());
  const others = { exchange: vi.fn(), acquireForApp: vi.fn() };
  return { engine: new SamlBearerEngine(options, credentials, others), sent, others };
}

const tokenAnswer = (changes: object = {}) =>
  Response.json({
    token_type: 'Bearer',
    expires_in: 3600,
    access_token: 'a-token',
    scope: 'api://orders/Read',
    ...changes,
  });

const exchange = (changes: Partial<TokenExchange> = {}): TokenExchange => ({
  assertion: new Assertion('PHNhbWw-'),
  assertionType: SAML2,
  tenantId: TENANT,
  scopes: ['api://orders/Read'],
  correlationId: '11111111-2222-4333-8444-555555555555',
  ...changes,
});

describe('SamlBearerEngine', () => {
  it('posts the assertion under its grant type to the token endpoint of the tenant', async () => {
    const { engine, sent } = await setUp();
    const before = Date.now();
    const token = await engine.exchange(exchange());
    expect(sent).toEqual([
      {
        url: `https://login.example/${TENANT}/oauth2/v2.0/token`,
        form: {
          client_id: CLIENT,
          client_secret: 'the secret',
          grant_type: SAML2,
          requested_token_use: 'on_behalf_of',
          assertion: 'PHNhbWw-',
          scope: 'api://orders/Read',
          claims: '{"access_token":{"xms_cc":{"values":["cp1"]}}}',
          'client-request-id': '11111111-2222-4333-8444-555555555555',
        },
      },
    ]);
    expect(token).toMatchObject({ accessToken: 'a-token', scopes: ['api://orders/Read'] });
    expect(token.expiresAt - before).toBeGreaterThanOrEqual(3_600_000);
    expect(token.expiresAt - before).toBeLessThan(3_605_000);
    expect(token).not.toHaveProperty('refreshAt');
  });

  it('takes refresh_in, and the scopes that were asked for where none are named', async () => {
    const { engine } = await setUp({ answer: () => tokenAnswer({ refresh_in: 1800, scope: undefined }) });
    const token = await engine.exchange(exchange());
    expect(token.refreshAt).toBe(token.expiresAt - 1_800_000);
    expect(token.scopes).toEqual(['api://orders/Read']);
  });

  it('shows an assertion of its own as credential', async () => {
    const own = `e30.${Buffer.from('{"exp":9999999999}').toString('base64url')}.c2ln`;
    const source = new CustomAssertionSource(
      { sourceType: 'CustomSignedAssertion', getAssertion: () => own },
      { timeoutMs: 1_000 },
    );
    const { engine, sent } = await setUp({ sources: [source] });
    await engine.exchange(exchange());
    expect(sent[0]?.form).toMatchObject({
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: own,
    });
    expect(sent[0]?.form).not.toHaveProperty('client_secret');
  });

  it.each<[string, string | undefined, string[], object | undefined]>([
    [
      'a challenge and capabilities',
      '{"access_token":{"acrs":{"value":"c1"}},"id_token":{}}',
      ['cp1'],
      { access_token: { acrs: { value: 'c1' }, xms_cc: { values: ['cp1'] } }, id_token: {} },
    ],
    [
      'a challenge alone',
      '{"access_token":{"acrs":{"value":"c1"}}}',
      [],
      { access_token: { acrs: { value: 'c1' } } },
    ],
    ['neither', undefined, [], undefined],
  ])('sends as claims %s', async (_what, claims, clientCapabilities, expected) => {
    const { engine, sent } = await setUp({ clientCapabilities });
    await engine.exchange(exchange({ claims }));
    const said = sent[0]?.form['claims'];
    expect(said === undefined ? undefined : JSON.parse(said)).toEqual(expected);
  });

  it('after a refused credential shows the next one', async () => {
    const { engine, sent } = await setUp({
      sources: [secret('old'), secret('new')],
      answer: (form) =>
        form.get('client_secret') === 'old'
          ? Response.json({ error: 'invalid_client', error_codes: [7000215] }, { status: 401 })
          : tokenAnswer(),
    });
    await engine.exchange(exchange());
    expect(sent.map(({ form }) => form['client_secret'])).toEqual(['old', 'new']);
  });

  it.each<[string, () => Response, object]>([
    [
      'missing consent',
      () =>
        Response.json(
          { error: 'invalid_grant', suberror: 'consent_required', error_codes: [65001] },
          { status: 400 },
        ),
      { code: 'consent_required' },
    ],
    ['an empty token', () => tokenAnswer({ access_token: '' }), { code: 'identity_platform_unavailable' }],
    ['a 503', () => new Response('', { status: 503 }), { code: 'identity_platform_unavailable' }],
  ])('meets %s as every exchange does', async (_what, answer, error) => {
    const { engine } = await setUp({ answer });
    await expect(engine.exchange(exchange())).rejects.toMatchObject(error);
  });

  it('hands on what is no SAML assertion', async () => {
    const { engine, sent, others } = await setUp();
    const jwt = exchange({ assertionType: undefined });
    await engine.exchange(jwt);
    const app = { tenantId: TENANT, scope: 'api://orders/.default', correlationId: '1' };
    await engine.acquireForApp(app);
    expect(others.exchange).toHaveBeenCalledExactlyOnceWith(jwt);
    expect(others.acquireForApp).toHaveBeenCalledExactlyOnceWith(app);
    expect(sent).toEqual([]);
  });
});
