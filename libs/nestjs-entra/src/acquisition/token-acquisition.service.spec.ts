import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Assertion } from '../caller/assertion.js';
import { CallerContext } from '../caller/caller-context.js';
import { toEntraUser } from '../caller/entra-user.js';
import {
  AssertionRejectedError,
  ClaimsChallengeError,
  ClientCredentialError,
  ConsentRequiredError,
  IdentityPlatformUnavailableError,
  NoUserAssertionError,
} from '../errors/acquisition.errors.js';
import { AppOnlyCallerError } from '../errors/authorization.errors.js';
import { ConfigurationError } from '../errors/configuration.error.js';
import type { EntraAuthOptions } from '../options/entra-auth-options.js';
import { resolveOptions } from '../options/resolve-options.js';
import { TokenAcquisitionService } from './token-acquisition.service.js';
import type {
  AppTokenRequest,
  ExchangedToken,
  TokenExchange,
  TokenExchangeEngine,
} from './token-exchange-engine.js';

const TENANT = '7f3a1c52-0b1e-4f7a-9d43-1c2b3a4d5e6f';
const OTHER_TENANT = 'a1b2c3d4-0b1e-4f7a-9d43-1c2b3a4d5e6f';
const CLIENT = '2c9d8e71-5a34-4b0f-8a6d-90e1f2a3b4c5';
const NOW = Date.UTC(2026, 5, 1);
const HOUR_MS = 60 * 60 * 1000;

/** An engine that numbers its tokens, and answers when it is told to. */
class FakeEngine implements TokenExchangeEngine {
  readonly requests: TokenExchange[] = [];
  readonly appRequests: AppTokenRequest[] = [];
  answer: (request: TokenExchange) => Promise<Partial<ExchangedToken>> = async () => ({});

  async acquireForApp(request: AppTokenRequest): Promise<ExchangedToken> {
    this.appRequests.push(request);
    return {
      accessToken: `app-token-${this.appRequests.length}`,
      expiresAt: Date.now() + HOUR_MS,
      scopes: [request.scope],
    };
  }

  async exchange(request: TokenExchange): Promise<ExchangedToken> {
    this.requests.push(request);
    const accessToken = `token-${this.requests.length}`;
    return {
      accessToken,
      expiresAt: Date.now() + HOUR_MS,
      scopes: request.scopes,
      ...(await this.answer(request)),
    };
  }
}

/** One request of a caller. */
interface Incoming {
  oid?: string;
  tid?: string;
  /** The session: another one has another access token. */
  token?: string;
  appOnly?: boolean;
  /** When the caller's token ends, milliseconds since 1970. */
  endsAt?: number;
}

function setUp(options: Partial<EntraAuthOptions> = {}) {
  const context = new CallerContext();
  const engine = new FakeEngine();
  const resolved = resolveOptions({
    tenantId: TENANT,
    clientId: CLIENT,
    clientCredentials: [{ sourceType: 'ClientSecret', clientSecret: 's' }],
    clockSkewSeconds: 0,
    ...options,
  });
  const service = new TokenAcquisitionService(resolved, engine, context);
  const as = <T>(
    {
      oid = 'ada',
      tid = TENANT,
      token = `session of ${oid} in ${tid}`,
      appOnly,
      endsAt = NOW + 24 * HOUR_MS,
    }: Incoming,
    work: () => T,
  ): T =>
    context.run({}, () => {
      const { scope } = context;
      if (!scope) throw new Error('a scope is open');
      const claims = { aud: CLIENT, iss: 'i', exp: endsAt / 1000, ver: '2.0', sub: oid, oid, tid } as const;
      const user = toEntraUser({ ...claims, ...(appOnly ? { idtyp: 'app' } : { scp: 'access_as_user' }) });
      scope.caller = { user, assertion: new Assertion(token) };
      return work();
    });
  const tokenOf = (incoming: Incoming, ...request: Parameters<TokenAcquisitionService['getTokenForUser']>) =>
    as(incoming, () => service.getTokenForUser(...request));
  return { service, engine, as, tokenOf };
}

/** Lets everything run that waits for no clock, and Node find out about rejections that nobody handles. */
const afterRejections = () => new Promise((resolve) => setImmediate(resolve));

/** Lets time go by on both clocks. */
const travelTo = (at: number) => vi.advanceTimersByTime(at - Date.now());

const unhandled = vi.fn();
const warn = vi.spyOn(Logger.prototype, 'warn');
const error = vi.spyOn(Logger.prototype, 'error');

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ['Date', 'performance'] });
  warn.mockReset().mockReturnValue(undefined);
  error.mockReset().mockReturnValue(undefined);
  unhandled.mockReset();
  process.on('unhandledRejection', unhandled);
});
afterEach(() => {
  process.off('unhandledRejection', unhandled);
  vi.useRealTimers();
});

describe('who asks', () => {
  it('outside a request there is no user to ask for', async () => {
    const { service, engine } = setUp();
    await expect(service.getAccessTokenForUser('User.Read')).rejects.toThrow(NoUserAssertionError);
    await expect(service.prefetch(['User.Read'])).rejects.toThrow(NoUserAssertionError);
    expect(engine.requests).toEqual([]);
  });

  it('an application gets no token of a user, and no exchange is tried', async () => {
    const { engine, as, service } = setUp();
    const application = { appOnly: true };
    await expect(as(application, () => service.getTokenForUser('User.Read'))).rejects.toThrow(
      AppOnlyCallerError,
    );
    await expect(as(application, () => service.prefetch(['User.Read']))).rejects.toThrow(AppOnlyCallerError);
    expect(engine.requests).toEqual([]);
  });
});

describe('what is asked', () => {
  it.each(['common', 'organizations', 'consumers'])(
    'of a user at %s is refused: that is no tenant',
    async (tenantId) => {
      const { engine, tokenOf } = setUp();
      await expect(tokenOf({}, 'User.Read', { tenantId })).rejects.toThrow(
        new ConfigurationError(
          `A token was asked for at "${tenantId}", which is no tenant; pass { tenantId } with a GUID or domain.`,
        ),
      );
      expect(engine.requests).toEqual([]);
    },
  );

  it.each<[unknown, string]>([
    [undefined, 'scopes is missing; give a scope'],
    [42, 'scopes is 42; give a scope'],
    [['User.Read', null], 'scopes is ["User.Read",null]; give a scope'],
    ['', 'No scope was given; name at least one scope'],
    [[], 'No scope was given; name at least one scope'],
    ['  ', 'No scope was given; name at least one scope'],
  ])('is a scope: %j is refused by every way to a token', async (scopes, sentence) => {
    const { as, service, engine } = setUp();
    const scope = scopes as string;
    const assertion = `x.${Buffer.from(JSON.stringify({ tid: TENANT })).toString('base64url')}.x`;
    const asked = as({}, () => [
      service.getAccessTokenForUser(scope),
      service.getTokenForUser(scope),
      service.getAccessTokenForApp(scope),
      service.getTokenForApp(scope),
      service.acquireTokenOnBehalfOf({ assertion, scopes: scope }),
    ]);
    for (const outcome of await Promise.allSettled(asked)) {
      expect(outcome).toMatchObject({
        status: 'rejected',
        reason: expect.any(ConfigurationError) as unknown,
      });
      expect(String((outcome as PromiseRejectedResult).reason)).toContain(sentence);
    }
    expect([engine.requests, engine.appRequests]).toEqual([[], []]);
  });
});

describe('one exchange', () => {
  it("goes to the caller's own tenant with its assertion, the scopes as written and a correlation id", async () => {
    const { engine, tokenOf } = setUp({ tenantId: 'common', allowedTenants: 'any' });
    await tokenOf({ tid: OTHER_TENANT, token: 'the token' }, [
      'User.Read',
      'https://graph.microsoft.com/Mail.Read',
    ]);
    expect(engine.requests).toEqual([
      {
        assertion: new Assertion('the token'),
        tenantId: OTHER_TENANT,
        scopes: ['User.Read', 'https://graph.microsoft.com/Mail.Read'],
        claims: undefined,
        correlationId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      },
    ]);
    expect(engine.requests[0]?.assertion.reveal()).toBe('the token');
  });

  it('gives the token and what is known of it', async () => {
    const { engine, tokenOf } = setUp();
    const correlationId = '11111111-1111-1111-1111-111111111111';
    engine.answer = async () => ({
      scopes: ['https://graph.microsoft.com/User.Read'],
      expiresAt: NOW + 5_000_000,
    });
    const first = {
      accessToken: 'token-1',
      expiresOn: new Date(NOW + 5_000_000),
      scopes: ['https://graph.microsoft.com/User.Read'],
      tenantId: TENANT,
      source: 'identity-platform',
      correlationId,
    };
    expect(await tokenOf({}, 'User.Read', { correlationId })).toEqual(first);
    expect(await tokenOf({}, 'User.Read')).toEqual({ ...first, source: 'memory' });
  });

  it('gives the bare token to who asks for nothing else', async () => {
    const { as, service } = setUp();
    expect(await as({}, () => service.getAccessTokenForUser('User.Read'))).toBe('token-1');
  });

  it.each([
    [['User.Read', 'api://x/Read'], 'belong to 2 resources'],
    [[], 'No scope was given'],
    [['api://x/.default', 'api://x/Read'], 'mix .default'],
  ])('is refused for scopes that no one token has: %j', async (scopes, message) => {
    const { tokenOf, engine } = setUp();
    const asked = tokenOf({}, scopes);
    await expect(asked).rejects.toThrow(ConfigurationError);
    await expect(asked).rejects.toThrow(message);
    expect(engine.requests).toEqual([]);
  });

  it('a contradiction in the configured scopes stops the boot', () => {
    expect(() => setUp({ scopes: ['api://x/.default', 'api://x/Read'] })).toThrow(ConfigurationError);
  });
});

describe('the cache', () => {
  it.each([
    ['the same scope', 'User.Read', ['User.Read']],
    ['in other letters', 'User.Read', ['USER.READ']],
    ['in its full form', 'User.Read', ['https://graph.microsoft.com/User.Read']],
    ['fewer scopes', 'User.Read Mail.Read', ['Mail.Read']],
  ])('serves a second request: %s', async (_what, first, second) => {
    const { engine, tokenOf } = setUp();
    await tokenOf({}, first);
    expect(await tokenOf({}, second)).toMatchObject({ accessToken: 'token-1', source: 'memory' });
    expect(engine.requests).toHaveLength(1);
  });

  it('serves scopes that were granted beyond those asked for', async () => {
    const { engine, tokenOf } = setUp();
    engine.answer = async () => ({
      scopes: ['https://graph.microsoft.com/User.Read', 'https://graph.microsoft.com/Mail.Read'],
    });
    await tokenOf({}, 'User.Read');
    expect(await tokenOf({}, 'mail.read')).toMatchObject({ source: 'memory' });
  });

  it.each([
    ['more scopes', 'User.Read Mail.Read'],
    ['other scopes', 'Mail.Read'],
    ['another resource', 'api://x/User.Read'],
    ['everything', '.default'],
  ])('does not serve %s', async (_what, second) => {
    const { tokenOf } = setUp();
    await tokenOf({}, 'User.Read');
    expect(await tokenOf({}, second)).toMatchObject({ accessToken: 'token-2', source: 'identity-platform' });
  });

  it.each<[string, Incoming, Incoming]>([
    ['two users', { oid: 'ada' }, { oid: 'bob' }],
    ['two sessions of one user', { token: 'before' }, { token: 'after multi-factor authentication' }],
    ['one user id in two tenants', { tid: TENANT, token: 't' }, { tid: OTHER_TENANT, token: 't' }],
  ])('keeps apart: %s', async (_what, one, other) => {
    const { engine, tokenOf } = setUp({ tenantId: 'common', allowedTenants: 'any' });
    const rounds = [await tokenOf(one, 'User.Read'), await tokenOf(other, 'User.Read')];
    expect(rounds.map(({ accessToken }) => accessToken)).toEqual(['token-1', 'token-2']);
    expect((await tokenOf(one, 'User.Read')).accessToken).toBe('token-1');
    expect((await tokenOf(other, 'User.Read')).accessToken).toBe('token-2');
    expect(engine.requests).toHaveLength(2);
  });

  it('serves no user what another got, had they one token, which cannot be', async () => {
    const { tokenOf } = setUp();
    const [ada, bob] = [
      { oid: 'ada', token: 't' },
      { oid: 'bob', token: 't' },
    ];
    const seen = [];
    for (const one of [ada, bob, ada, bob]) seen.push((await tokenOf(one, 'User.Read')).accessToken);
    expect(new Set(seen).size).toBe(4);
  });

  it('keeps apart what was acquired at another tenant for one user', async () => {
    const { engine, tokenOf } = setUp();
    await tokenOf({}, 'User.Read');
    const other = await tokenOf({}, 'User.Read', { tenantId: OTHER_TENANT });
    expect(other).toMatchObject({ accessToken: 'token-2', tenantId: OTHER_TENANT });
    expect(engine.requests[1]?.tenantId).toBe(OTHER_TENANT);
  });

  it('keeps apart what was acquired with claims', async () => {
    const { engine, tokenOf } = setUp();
    const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';
    await tokenOf({}, 'User.Read');
    expect((await tokenOf({}, 'User.Read', { claims })).accessToken).toBe('token-2');
    expect(engine.requests[1]?.claims).toBe(claims);
    expect((await tokenOf({}, 'User.Read')).accessToken).toBe('token-1');
    expect((await tokenOf({}, 'User.Read', { claims: '{"access_token":{}}' })).accessToken).toBe('token-3');
  });

  it('is passed by forceRefresh, whose token takes the place of the old one', async () => {
    const { tokenOf } = setUp();
    await tokenOf({}, 'User.Read');
    expect(await tokenOf({}, 'User.Read', { forceRefresh: true })).toMatchObject({
      accessToken: 'token-2',
      source: 'identity-platform',
    });
    expect(await tokenOf({}, 'User.Read')).toMatchObject({ accessToken: 'token-2', source: 'memory' });
  });

  it('does not meet the cache of another service', async () => {
    const [one, other] = [setUp(), setUp()];
    await one.tokenOf({}, 'User.Read');
    await other.tokenOf({}, 'User.Read');
    expect(other.engine.requests).toHaveLength(1);
  });

  it('is empty after shutdown', async () => {
    const { service, engine, tokenOf } = setUp();
    await tokenOf({}, 'User.Read');
    await service.onApplicationShutdown();
    await tokenOf({}, 'User.Read');
    expect(engine.requests).toHaveLength(2);
  });
});

describe('a token is served', () => {
  it.each<[string, Partial<EntraAuthOptions>, { endsAt: number; expiresAt: number }, number]>([
    [
      'up to its expiry less the buffer',
      {},
      { endsAt: NOW + 24 * HOUR_MS, expiresAt: NOW + HOUR_MS },
      HOUR_MS - 300_000,
    ],
    [
      'up to its expiry less the configured buffer',
      { tokenCache: { expiryBufferSeconds: 600 } },
      { endsAt: NOW + 24 * HOUR_MS, expiresAt: NOW + HOUR_MS },
      HOUR_MS - 600_000,
    ],
    [
      'not past the assertion it was exchanged for',
      {},
      { endsAt: NOW + HOUR_MS, expiresAt: NOW + 24 * HOUR_MS },
      HOUR_MS,
    ],
  ])('%s', async (_what, options, { endsAt, expiresAt }, lifeMs) => {
    const { engine, tokenOf } = setUp(options);
    // Renewal ahead of time is another matter.
    engine.answer = async () => ({ expiresAt, refreshAt: Infinity });
    await tokenOf({ endsAt }, 'User.Read');
    vi.setSystemTime(NOW + lifeMs - 1);
    expect((await tokenOf({ endsAt }, 'User.Read')).source).toBe('memory');
    vi.setSystemTime(NOW + lifeMs);
    expect((await tokenOf({ endsAt }, 'User.Read')).source).toBe('identity-platform');
    expect(engine.requests).toHaveLength(2);
  });

  it('to its end when it ends with its assertion, for no exchange would give a longer one', async () => {
    const { engine, tokenOf } = setUp();
    const endsAt = NOW + HOUR_MS;
    engine.answer = async () => ({ expiresAt: endsAt });
    await tokenOf({ endsAt }, 'User.Read');
    vi.setSystemTime(endsAt - 1);
    expect((await tokenOf({ endsAt }, 'User.Read')).source).toBe('memory');
    vi.setSystemTime(endsAt);
    expect((await tokenOf({ endsAt }, 'User.Read')).source).toBe('identity-platform');
  });

  it('never by a new exchange for a caller whose access token has expired, clock skew included', async () => {
    const { engine, tokenOf } = setUp({ clockSkewSeconds: 60 });
    const endsAt = NOW + HOUR_MS;
    engine.answer = async () => ({ expiresAt: endsAt });
    vi.setSystemTime(endsAt + 60_000);
    await tokenOf({ endsAt }, 'User.Read');
    vi.setSystemTime(endsAt + 60_001);
    for (const options of [{}, { forceRefresh: true }, { claims: '{"access_token":{}}' }]) {
      await expect(tokenOf({ endsAt }, 'User.Read', options)).rejects.toThrow(AssertionRejectedError);
    }
    expect(engine.requests).toHaveLength(1);
  });
});

/** Holds an engine back until it is let go. */
function holdBack(engine: FakeEngine) {
  let letGo: (outcome: Partial<ExchangedToken> | Error) => void = () => undefined;
  const held = new Promise<Partial<ExchangedToken>>((resolve, reject) => {
    letGo = (outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome));
  });
  engine.answer = () => held;
  return letGo;
}

describe('requests that overlap', () => {
  it('share one exchange for one caller and resource', async () => {
    const { engine, tokenOf } = setUp();
    const letGo = holdBack(engine);
    const asked = Array.from({ length: 100 }, () => tokenOf({}, 'User.Read'));
    letGo({});
    expect(new Set((await Promise.all(asked)).map(({ accessToken }) => accessToken))).toEqual(
      new Set(['token-1']),
    );
    expect(engine.requests).toHaveLength(1);
  });

  it.each<[string, Parameters<ReturnType<typeof setUp>['tokenOf']>]>([
    ['users', [{ oid: 'bob' }, 'User.Read']],
    ['sessions', [{ token: 'another' }, 'User.Read']],
    ['tenants', [{}, 'User.Read', { tenantId: OTHER_TENANT }]],
    ['resources', [{}, 'api://x/User.Read']],
    ['scopes', [{}, 'Mail.Read']],
    ['claims', [{}, 'User.Read', { claims: '{}' }]],
    ['and a forced one', [{}, 'User.Read', { forceRefresh: true }]],
  ])('share none for different %s', async (_what, other) => {
    const { engine, tokenOf } = setUp();
    const letGo = holdBack(engine);
    const asked = [tokenOf({}, 'User.Read'), tokenOf(...other)];
    letGo({});
    const tokens = await Promise.all(asked);
    expect(tokens.map(({ accessToken }) => accessToken)).toEqual(['token-1', 'token-2']);
  });

  it('all meet its failure', async () => {
    const { engine, tokenOf } = setUp();
    const letGo = holdBack(engine);
    const asked = Array.from({ length: 5 }, () => tokenOf({}, 'User.Read'));
    const failure = new ConsentRequiredError(['User.Read'], 'https://login.example', 'AADSTS65001');
    letGo(failure);
    expect(await Promise.allSettled(asked)).toEqual(
      asked.map(() => ({ status: 'rejected', reason: failure })),
    );
    expect(engine.requests).toHaveLength(1);
  });

  it('go on when one of them is aborted', async () => {
    const { engine, tokenOf } = setUp();
    const letGo = holdBack(engine);
    const abort = new AbortController();
    const leaving = tokenOf({}, 'User.Read', { signal: abort.signal });
    const staying = tokenOf({}, 'User.Read');
    abort.abort(new Error('the client is gone'));
    await expect(leaving).rejects.toThrow('the client is gone');
    letGo({});
    expect((await staying).accessToken).toBe('token-1');
    expect(engine.requests).toHaveLength(1);
  });

  it('leave nothing unhandled when all are aborted and the exchange fails', async () => {
    const { engine, tokenOf } = setUp();
    const letGo = holdBack(engine);
    const abort = new AbortController();
    const asked = [1, 2].map(() => tokenOf({}, 'User.Read', { signal: abort.signal }));
    abort.abort(new Error('gone'));
    await Promise.allSettled(asked);
    expect(warn).not.toHaveBeenCalled();
    expect(error).not.toHaveBeenCalled();
    letGo(new IdentityPlatformUnavailableError('down'));
    await afterRejections();
    expect(unhandled).not.toHaveBeenCalled();
  });

  it('are not begun with a signal that is aborted already', async () => {
    const { engine, tokenOf } = setUp();
    const signal = AbortSignal.abort(new Error('gone before'));
    await expect(tokenOf({}, 'User.Read', { signal })).rejects.toThrow('gone before');
    expect(engine.requests).toEqual([]);
    await afterRejections();
    expect(unhandled).not.toHaveBeenCalled();
    expect(warn).not.toHaveBeenCalled();
    expect(error).not.toHaveBeenCalled();
  });

  it.each<[string, () => AbortSignal]>([
    ['AbortError', () => AbortSignal.abort()],
    ['TimeoutError', () => AbortSignal.abort(new DOMException('too late', 'TimeoutError'))],
  ])(
    'end with the %s of their signal, and a token in memory is given all the same',
    async (name, signalOf) => {
      const { tokenOf } = setUp();
      const options = { signal: signalOf() };
      const aborted = tokenOf({}, 'User.Read', options);
      await expect(aborted).rejects.toBe(options.signal.reason);
      await expect(aborted).rejects.toMatchObject({ name });
      await tokenOf({}, 'User.Read');
      expect((await tokenOf({}, 'User.Read', options)).source).toBe('memory');
    },
  );
});

describe('prefetch', () => {
  it('exchanges for every resource at once, one exchange each', async () => {
    const { engine, as, service } = setUp();
    const letGo = holdBack(engine);
    const prefetched = as({}, () =>
      service.prefetch(['User.Read', 'Mail.Read', 'api://x/Read', 'api://y/Read']),
    );
    await Promise.resolve();
    expect(engine.requests.map(({ scopes }) => scopes)).toEqual([
      ['User.Read', 'Mail.Read'],
      ['api://x/Read'],
      ['api://y/Read'],
    ]);
    letGo({});
    const tokens = await prefetched;
    expect(['mail.read', 'api://x/Read', 'api://y/Read'].map((scope) => tokens.for(scope))).toEqual([
      'token-1',
      'token-2',
      'token-3',
    ]);
  });

  it('fills the cache', async () => {
    const { as, service, tokenOf } = setUp();
    await as({}, () => service.prefetch(['User.Read']));
    expect((await tokenOf({}, 'User.Read')).source).toBe('memory');
  });

  it('fails when one of its exchanges fails', async () => {
    const { engine, as, service } = setUp();
    engine.answer = ({ scopes }) =>
      scopes[0] === 'User.Read'
        ? Promise.resolve({})
        : Promise.reject(new IdentityPlatformUnavailableError('down'));
    const prefetched = as({}, () => service.prefetch(['User.Read', 'api://x/Read', 'api://y/Read']));
    await expect(prefetched).rejects.toThrow(IdentityPlatformUnavailableError);
  });
});

describe('renewal ahead of time', () => {
  it.each<[string, Partial<ExchangedToken>, number]>([
    ['when the identity platform wishes', { refreshAt: NOW + HOUR_MS / 2 }, HOUR_MS / 2],
    ['after four fifths of its life when it wishes nothing', {}, HOUR_MS * 0.8],
  ])('begins %s, in the background, once', async (_what, more, afterMs) => {
    const { engine, tokenOf } = setUp();
    engine.answer = async () => ({ expiresAt: NOW + HOUR_MS, ...more });
    await tokenOf({}, 'User.Read');
    vi.setSystemTime(NOW + afterMs - 1);
    await tokenOf({}, 'User.Read');
    expect(engine.requests).toHaveLength(1);
    vi.setSystemTime(NOW + afterMs);
    const letGo = holdBack(engine);
    for (let request = 0; request < 10; request++) {
      expect(await tokenOf({}, 'User.Read')).toMatchObject({ accessToken: 'token-1', source: 'memory' });
    }
    expect(engine.requests).toHaveLength(2);
    letGo({ expiresAt: NOW + 2 * HOUR_MS });
    await afterRejections();
    expect(await tokenOf({}, 'User.Read')).toMatchObject({ accessToken: 'token-2', source: 'memory' });
    expect(engine.requests).toHaveLength(2);
  });

  it('leaves the token that is still good when it fails', async () => {
    const { engine, tokenOf } = setUp();
    engine.answer = async () => ({ expiresAt: NOW + HOUR_MS });
    await tokenOf({}, 'User.Read');
    vi.setSystemTime(NOW + HOUR_MS * 0.8);
    engine.answer = () => Promise.reject(new IdentityPlatformUnavailableError('down'));
    for (let request = 0; request < 5; request++) {
      expect(await tokenOf({}, 'User.Read')).toMatchObject({ accessToken: 'token-1', source: 'memory' });
      await afterRejections();
    }
    expect(engine.requests).toHaveLength(2);
    expect(unhandled).not.toHaveBeenCalled();
  });
});

describe('a definitive failure', () => {
  const failures = [
    new ConsentRequiredError(['User.Read'], 'https://login.example', 'said'),
    new ClaimsChallengeError('{}', 'said'),
    new AssertionRejectedError('said'),
    new ClientCredentialError('said'),
  ];

  it.each(failures.map((failure) => [failure.name, failure] as const))(
    'is the answer for five seconds without asking: %s',
    async (_name, failure) => {
      const { engine, tokenOf } = setUp();
      engine.answer = () => Promise.reject(failure);
      await expect(tokenOf({}, 'User.Read')).rejects.toBe(failure);
      engine.answer = async () => ({});
      travelTo(NOW + 4_999);
      await expect(tokenOf({}, 'User.Read')).rejects.toBe(failure);
      expect(engine.requests).toHaveLength(1);
      travelTo(NOW + 5_000);
      expect((await tokenOf({}, 'User.Read')).accessToken).toBe('token-2');
    },
  );

  it.each<[string, Parameters<ReturnType<typeof setUp>['tokenOf']>]>([
    ['another user', [{ oid: 'bob' }, 'User.Read']],
    ['another session of the user', [{ token: 'after consent' }, 'User.Read']],
    ['other scopes', [{}, 'Mail.Read']],
    ['another resource', [{}, 'api://x/User.Read']],
    ['claims', [{}, 'User.Read', { claims: '{"access_token":{}}' }]],
    ['forceRefresh', [{}, 'User.Read', { forceRefresh: true }]],
  ])('is not the answer for %s', async (_what, other) => {
    const { engine, tokenOf } = setUp();
    engine.answer = () => Promise.reject(new ConsentRequiredError([], '', 'said'));
    await expect(tokenOf({}, 'User.Read')).rejects.toThrow(ConsentRequiredError);
    engine.answer = async () => ({});
    expect((await tokenOf(...other)).accessToken).toBe('token-2');
  });

  it.each([
    ['an identity platform that is away', new IdentityPlatformUnavailableError('down')],
    ['what nobody expected', new TypeError('unexpected')],
  ])('is not made of %s', async (_what, failure) => {
    const { engine, tokenOf } = setUp();
    engine.answer = () => Promise.reject(failure);
    await expect(tokenOf({}, 'User.Read')).rejects.toBe(failure);
    engine.answer = async () => ({});
    expect((await tokenOf({}, 'User.Read')).accessToken).toBe('token-2');
  });
});

describe('a caller that is told to wait', () => {
  const told = () =>
    Promise.reject(
      new IdentityPlatformUnavailableError('throttled', { retryAfterSeconds: 10, isToldToWait: true }),
    );

  it('is answered at once with the time that is left', async () => {
    const { engine, tokenOf } = setUp();
    engine.answer = told;
    await expect(tokenOf({}, 'User.Read')).rejects.toThrow(
      expect.objectContaining({ reason: 'throttled' }) as Error,
    );
    travelTo(NOW + 4_000);
    await expect(tokenOf({}, 'Mail.Read')).rejects.toMatchObject({ retryAfterSeconds: 6 });
    expect(engine.requests).toHaveLength(1);
  });

  it('waits that long and no longer, however often it asks meanwhile', async () => {
    const { engine, tokenOf } = setUp();
    engine.answer = told;
    await expect(tokenOf({}, 'User.Read')).rejects.toThrow(
      expect.objectContaining({ reason: 'throttled' }) as Error,
    );
    engine.answer = async () => ({});
    for (let afterMs = 300; afterMs < 10_000; afterMs += 300) {
      travelTo(NOW + afterMs);
      await expect(tokenOf({}, 'User.Read')).rejects.toThrow(IdentityPlatformUnavailableError);
    }
    expect(engine.requests).toHaveLength(1);
    travelTo(NOW + 10_000);
    expect((await tokenOf({}, 'User.Read')).accessToken).toBe('token-2');
  });

  it.each<[string, Incoming]>([
    ['another user', { oid: 'bob' }],
    ['another session', { token: 'another' }],
  ])('does not keep %s waiting', async (_what, other) => {
    const { engine, tokenOf } = setUp();
    engine.answer = told;
    await expect(tokenOf({}, 'User.Read')).rejects.toThrow(
      expect.objectContaining({ reason: 'throttled' }) as Error,
    );
    engine.answer = async () => ({});
    expect((await tokenOf(other, 'User.Read')).accessToken).toBe('token-2');
  });

  it('still gets the tokens that are in memory', async () => {
    const { engine, tokenOf } = setUp();
    await tokenOf({}, 'Mail.Read');
    engine.answer = told;
    await expect(tokenOf({}, 'User.Read')).rejects.toThrow(
      expect.objectContaining({ reason: 'throttled' }) as Error,
    );
    expect((await tokenOf({}, 'Mail.Read')).source).toBe('memory');
  });
});

describe('a token of the application itself', () => {
  const GRAPH_DEFAULT = 'https://graph.microsoft.com/.default';

  it('is acquired outside a request, at the tenant of the API, and remembered', async () => {
    const { service, engine } = setUp();
    expect(await service.getAccessTokenForApp(GRAPH_DEFAULT)).toBe('app-token-1');
    expect(await service.getTokenForApp(GRAPH_DEFAULT)).toMatchObject({
      accessToken: 'app-token-1',
      source: 'memory',
    });
    expect(engine.appRequests).toEqual([
      {
        tenantId: TENANT,
        scope: GRAPH_DEFAULT,
        claims: undefined,
        correlationId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      },
    ]);
  });

  it('is kept apart from those of users, in both directions', async () => {
    const { service, tokenOf } = setUp();
    await service.getAccessTokenForApp(GRAPH_DEFAULT);
    expect((await tokenOf({}, GRAPH_DEFAULT)).accessToken).toBe('token-1');
    expect(await service.getAccessTokenForApp(GRAPH_DEFAULT)).toBe('app-token-1');
  });

  it('is kept apart by tenant', async () => {
    const { service } = setUp();
    await service.getAccessTokenForApp(GRAPH_DEFAULT);
    expect(await service.getAccessTokenForApp(GRAPH_DEFAULT, { tenantId: OTHER_TENANT })).toBe('app-token-2');
  });

  it.each([
    'User.Read',
    '.default',
    'https://graph.microsoft.com/User.Read',
    'api://x/.default api://x/Read',
  ])('is asked for with .default of a resource, not with %s', async (scope) => {
    const { service, engine } = setUp();
    await expect(service.getAccessTokenForApp(scope)).rejects.toThrow(ConfigurationError);
    expect(engine.appRequests).toEqual([]);
  });

  it.each(['common', 'organizations'])('needs a tenant where the API is of %s', async (tenantId) => {
    const { service } = setUp({ tenantId, allowedTenants: 'any' });
    await expect(service.getAccessTokenForApp(GRAPH_DEFAULT)).rejects.toThrow(
      `A token was asked for at "${tenantId}", which is no tenant; pass { tenantId } with a GUID or domain.`,
    );
    expect(await service.getAccessTokenForApp(GRAPH_DEFAULT, { tenantId: OTHER_TENANT })).toBe('app-token-1');
  });
});

describe('an exchange without a request', () => {
  const assertionOf = (claims: object) =>
    `eyJhbGciOiJSUzI1NiJ9.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;
  const assertion = assertionOf({ tid: OTHER_TENANT, oid: 'ada', exp: NOW / 1000 + 3_600 });

  it("goes to the assertion's own tenant, and is remembered", async () => {
    const { service, engine } = setUp();
    const request = { assertion, scopes: 'User.Read' };
    expect(await service.acquireTokenOnBehalfOf(request)).toMatchObject({
      accessToken: 'token-1',
      tenantId: OTHER_TENANT,
      source: 'identity-platform',
    });
    expect((await service.acquireTokenOnBehalfOf(request)).source).toBe('memory');
    expect(engine.requests[0]?.assertion.reveal()).toBe(assertion);
  });

  it('does not meet the token of another assertion', async () => {
    const { service } = setUp();
    await service.acquireTokenOnBehalfOf({ assertion, scopes: 'User.Read' });
    const other = assertionOf({ tid: OTHER_TENANT, oid: 'ada', exp: NOW / 1000 + 3_601 });
    expect(await service.acquireTokenOnBehalfOf({ assertion: other, scopes: 'User.Read' })).toMatchObject({
      accessToken: 'token-2',
    });
  });
});

describe('the log', () => {
  it.each([
    [
      'warns of what the user or an administrator can do something about',
      new ConsentRequiredError([], '', 'said'),
      warn,
      error,
    ],
    ['warns of an identity platform that is away', new IdentityPlatformUnavailableError('said'), warn, error],
    ['has an error for what only the operator can mend', new ClientCredentialError('said'), error, warn],
    ['has an error for what nobody expected', new TypeError('canary'), error, warn],
  ])('%s, in one line however many waited', async (_what, failure, used, unused) => {
    const { engine, tokenOf } = setUp();
    engine.answer = () => Promise.reject(failure);
    const correlationId = '11111111-1111-1111-1111-111111111111';
    await Promise.allSettled(
      [1, 2, 3].map(() => tokenOf({ token: 'canary' }, 'User.Read', { correlationId })),
    );
    expect(used).toHaveBeenCalledTimes(1);
    expect(unused).not.toHaveBeenCalled();
    const line = String(used.mock.calls[0]?.[0]);
    expect(line).toContain(`No token for User.Read in tenant ${TENANT} (correlation id ${correlationId})`);
    expect(line).not.toContain('canary');
  });
});
