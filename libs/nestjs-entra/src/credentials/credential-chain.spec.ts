import { inspect } from 'node:util';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { ClientCredentialError, IdentityPlatformUnavailableError } from '../errors/acquisition.errors.js';
import { ConfigurationError } from '../errors/configuration.error.js';
import type { ClientCredentialSource } from './client-credential-source.js';
import { CredentialChain } from './credential-chain.js';
import { CredentialFault } from './credential-fault.js';
import type { LoadedCredential } from './loaded-credential.js';
import { CertificatePathSource } from './sources/certificate-path.source.js';
import { CustomAssertionSource } from './sources/custom-assertion.source.js';
import { ClientSecretSource } from './sources/client-secret.source.js';

/** Lets time go by on both clocks. Timers do not run: what is due is looked for when a credential is used. */
const travelTo = (at: number) => {
  const passedMs = at - Date.now();
  const monotonic = performance.now() + passedMs;
  vi.setSystemTime(at);
  vi.spyOn(performance, 'now').mockReturnValue(monotonic);
};

const START = Date.UTC(2026, 5, 1);
const DAY_MS = 86_400_000;
const target = { clientId: 'client', tokenEndpoint: 'https://login.example/token' };

const warn = vi.spyOn(Logger.prototype, 'warn');
const log = vi.spyOn(Logger.prototype, 'log');
const lines = (spy: typeof warn) => spy.mock.calls.map(([line]) => line as string);

beforeEach(() => {
  vi.useFakeTimers({ now: START });
  warn.mockReset().mockReturnValue(undefined);
  log.mockReset().mockReturnValue(undefined);
});
afterEach(() => void vi.useRealTimers());

/** A source whose next load gives what `given` says. */
class FakeSource implements ClientCredentialSource {
  readonly sourceType = 'Path';
  loads = 0;
  changed = false;
  hasChanged?: () => Promise<boolean>;

  constructor(
    public given: Partial<LoadedCredential> | CredentialFault | Promise<LoadedCredential>,
    readonly isRemote = false,
  ) {
    if (!isRemote) this.hasChanged = async () => this.changed;
  }

  async load(): Promise<LoadedCredential> {
    this.loads++;
    if (this.given instanceof CredentialFault) throw this.given;
    if (this.given instanceof Promise) return this.given;
    this.changed = false;
    const { id = 'x' } = this.given;
    return { id, authenticate: async () => ({ clientSecret: id }), ...this.given };
  }
}

const missing = (name = 'f') => new CredentialFault(`cannot read ${name}.`);
const outOfReach = () => new CredentialFault('is out of reach.', { isTemporary: true });

class Refused extends Error {
  constructor(readonly aadsts: number) {
    super('refused');
  }
}

async function start(...sources: ClientCredentialSource[]): Promise<CredentialChain> {
  const chain = await CredentialChain.start(sources);
  onTestFinished(() => chain.onModuleDestroy());
  return chain;
}

/** The credentials shown until one is accepted; those of `refused` are not. */
async function shown(chain: CredentialChain, refused: readonly string[] = []): Promise<string[]> {
  const ids: string[] = [];
  await chain
    .use({
      target,
      attempt: async ({ id }) => {
        ids.push(id);
        if (refused.includes(id)) throw new Refused(700027);
      },
      refusal: (error) => (error instanceof Refused ? error.aadsts : undefined),
    })
    .catch((error: unknown) => {
      if (!(error instanceof Refused)) throw error;
      ids.push('refused');
    });
  return ids;
}

describe('at boot', () => {
  it('the first that loads wins, and those passed over are told in the log', async () => {
    const third = new FakeSource({ id: 'c' });
    const chain = await start(new FakeSource(missing()), new FakeSource({ id: 'b' }), third);
    expect(await shown(chain)).toEqual(['b']);
    expect(third.loads).toBe(0);
    expect(lines(warn)).toEqual([
      'clientCredentials[0] (Path) cannot read f. The next one in the list is used.',
    ]);
  });

  it('stops when none loads, with the reason of each', async () => {
    const boot = CredentialChain.start([new FakeSource(missing('a')), new FakeSource(missing('b'))]);
    await expect(boot).rejects.toThrow(ConfigurationError);
    await expect(boot).rejects.toMatchObject({
      faults: ['clientCredentials[0] (Path) cannot read a.', 'clientCredentials[1] (Path) cannot read b.'],
    });
  });

  it('stops at a fault of our own, and tells its name alone', async () => {
    const source = new FakeSource(Promise.reject(new TypeError('canary')));
    await expect(CredentialChain.start([source])).rejects.toMatchObject({
      faults: [
        'clientCredentials[0] (Path) could not be loaded (TypeError); report this as a fault of nestjs-entra.',
      ],
    });
  });

  it('goes on when one is only out of reach, with a warning, and answers 503 until it loads', async () => {
    const source = new FakeSource(outOfReach(), true);
    const chain = await start(source);
    expect(lines(warn)).toEqual([
      'clientCredentials[0] (Path) is out of reach. It is tried again when a token is needed.',
    ]);
    const refusal = await shown(chain).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(IdentityPlatformUnavailableError);
    expect(refusal).toMatchObject({
      reason: 'No credential of the API can be used: clientCredentials[0] (Path) is out of reach.',
      retryAfterSeconds: 60,
    });
    expect(source.loads).toBe(1);
    source.given = { id: 'a' };
    travelTo(START + 60_000);
    expect(await shown(chain)).toEqual(['a']);
    expect(lines(log)).toEqual(['clientCredentials[0] (Path) was loaded anew.']);
  });

  it('names the packages that a later credential lacks', async () => {
    const lacking = Object.assign(new FakeSource({}), { missingPackages: () => ['@azure/identity'] });
    await start(new FakeSource({ id: 'a' }), lacking);
    expect(lines(warn)).toEqual([
      'clientCredentials[1] (Path) needs a package that is not installed; add it with "npm install @azure/identity".',
    ]);
  });

  it('an empty list is no fault until a token is needed', async () => {
    const chain = await start();
    await expect(shown(chain)).rejects.toMatchObject({
      code: 'client_credential_rejected',
      reason: 'clientCredentials is empty, and without a credential no token can be acquired',
    });
  });
});

describe('a credential that did not load', () => {
  it('is tried again after its cool-down, and takes its place back', async () => {
    const first = new FakeSource(missing());
    const chain = await start(first, new FakeSource({ id: 'b' }));
    first.given = { id: 'a' };
    travelTo(START + 4_999);
    expect(await shown(chain)).toEqual(['b']);
    travelTo(START + 5_000);
    expect(await shown(chain)).toEqual(['a']);
  });

  it.each([
    ['back', -7_200_000],
    ['forward', 7_200_000],
  ])('is tried again after the same time when the clock is set %s by two hours', async (_how, byMs) => {
    const first = new FakeSource(missing());
    const chain = await start(first, new FakeSource({ id: 'b' }));
    first.given = { id: 'a' };
    vi.setSystemTime(START + byMs);
    expect(await shown(chain)).toEqual(['b']);
    travelTo(START + byMs + 5_000);
    expect(await shown(chain)).toEqual(['a']);
  });

  it('is tried again however often it fails, once each time', async () => {
    const first = new FakeSource(missing());
    const chain = await start(first, new FakeSource({ id: 'b' }));
    for (let minute = 1; minute <= 100; minute++) {
      travelTo(START + minute * 60_000);
      expect(await shown(chain)).toEqual(['b']);
      expect(await shown(chain)).toEqual(['b']);
    }
    expect(first.loads).toBe(101);
    first.given = { id: 'a' };
    travelTo(START + 101 * 60_000);
    expect(await shown(chain)).toEqual(['a']);
  });

  it('holds no request up while it is fetched and another one serves', async () => {
    const first = new FakeSource(outOfReach(), true);
    const chain = await start(first, new FakeSource({ id: 'b' }));
    first.given = new Promise(() => undefined);
    travelTo(START + 60_000);
    expect(await shown(chain)).toEqual(['b']);
    expect(first.loads).toBe(2);
  });
});

describe('a credential that changes', () => {
  it('is looked at every five seconds at most, and read again when it changed', async () => {
    const source = new FakeSource({ id: 'a' });
    const chain = await start(source);
    source.given = { id: 'b' };
    source.changed = true;
    travelTo(START + 4_999);
    expect(await shown(chain)).toEqual(['a']);
    travelTo(START + 5_000);
    expect(await shown(chain)).toEqual(['b']);
    expect(source.loads).toBe(2);
  });

  it('tells in the log of a new certificate, and not of every new assertion', async () => {
    const certificate = (thumbprint: string) => ({ thumbprint, notAfter: START + 365 * DAY_MS });
    const renewal = { renewAt: START + 5_000 };
    const assertions = new FakeSource({ id: 'a', ...renewal });
    const certificates = new FakeSource({ id: 'c', certificate: certificate('c'), ...renewal });
    for (const [source, changes] of [
      [assertions, { id: 'b' }],
      [certificates, { id: 'd', certificate: certificate('d') }],
    ] as const) {
      vi.setSystemTime(START);
      const chain = await start(source);
      source.given = changes;
      source.changed = true;
      travelTo(START + 5_000);
      await shown(chain);
    }
    expect(lines(log)).toEqual(['clientCredentials[0] (Path) was loaded anew.']);
  });

  it('half a change leaves the old one, and is tried again', async () => {
    const source = new FakeSource({ id: 'a' });
    const chain = await start(source);
    source.given = missing();
    source.changed = true;
    travelTo(START + 5_000);
    expect(await shown(chain)).toEqual(['a']);
    source.given = { id: 'b' };
    travelTo(START + 10_000);
    expect(await shown(chain)).toEqual(['b']);
  });

  it('is not read again for its age alone where a change would be seen', async () => {
    const source = new FakeSource({ id: 'a', renewAt: START + 3_600_000 });
    const chain = await start(source);
    travelTo(START + 3_600_000);
    for (let request = 0; request < 3; request++) expect(await shown(chain)).toEqual(['a']);
    expect(source.loads).toBe(1);
  });

  it('is fetched anew on its interval while it serves', async () => {
    const source = new FakeSource({ id: 'a', renewAt: START + 3_600_000 }, true);
    const chain = await start(source);
    source.given = { id: 'b', renewAt: START + 7_200_000 };
    travelTo(START + 3_599_999);
    expect(await shown(chain)).toEqual(['a']);
    expect(source.loads).toBe(1);
    travelTo(START + 3_600_000);
    expect(await shown(chain)).toEqual(['a']);
    expect(await shown(chain)).toEqual(['b']);
    expect(source.loads).toBe(2);
  });

  it('is not used any more when it has expired', async () => {
    const source = new FakeSource({ id: 'a', expiresAt: START + 10_000 });
    const chain = await start(source, new FakeSource({ id: 'b' }));
    source.given = missing();
    travelTo(START + 10_000);
    expect(await shown(chain)).toEqual(['b']);
  });
});

describe('a credential that is refused', () => {
  it('is read anew, and serves the request at hand when it has changed', async () => {
    const source = new FakeSource({ id: 'old' });
    const chain = await start(source, new FakeSource({ id: 'next' }));
    source.given = { id: 'new' };
    expect(await shown(chain, ['old'])).toEqual(['old', 'new']);
    expect(await shown(chain, ['old'])).toEqual(['new']);
  });

  it('gives way to the next in the list for a minute when it has not', async () => {
    const chain = await start(new FakeSource({ id: 'a' }), new FakeSource({ id: 'b' }));
    expect(await shown(chain, ['a'])).toEqual(['a', 'b']);
    expect(await shown(chain, ['a'])).toEqual(['b']);
    expect(lines(warn)).toEqual([
      'clientCredentials[0] (Path) was refused (AADSTS700027). It is loaded anew, and another is used if there is one.',
    ]);
    travelTo(START + 60_000);
    expect(await shown(chain)).toEqual(['a']);
  });

  it('gives way when it is refused again after it has changed', async () => {
    const source = new FakeSource({ id: 'old' });
    const chain = await start(source, new FakeSource({ id: 'next' }));
    source.given = { id: 'new' };
    expect(await shown(chain, ['old', 'new'])).toEqual(['old', 'new', 'next']);
  });

  it('is shown at most three times in one request', async () => {
    const sources = ['a', 'b', 'c', 'd', 'e'].map((id) => new FakeSource({ id }));
    const chain = await start(...sources);
    const all = ['a', 'b', 'c', 'd', 'e'];
    expect(await shown(chain, all)).toEqual(['a', 'b', 'c', 'refused']);
  });

  it('is shown once in a request when there is no other, and goes on being used', async () => {
    const source = new FakeSource({ id: 'a' });
    const chain = await start(source);
    expect(await shown(chain, ['a'])).toEqual(['a', 'refused']);
    expect(await shown(chain)).toEqual(['a']);
  });

  it('is loaded once for all requests that were refused with it', async () => {
    const source = new FakeSource({ id: 'old' });
    const chain = await start(source);
    source.given = { id: 'new' };
    const all = await Promise.all(Array.from({ length: 20 }, () => shown(chain, ['old'])));
    expect(all).toEqual(Array.from({ length: 20 }, () => ['old', 'new']));
    expect(source.loads).toBe(2);
  });

  it('does not send everybody to a vault that was asked a moment ago', async () => {
    const source = new FakeSource({ id: 'a' }, true);
    const chain = await start(source);
    for (let request = 0; request < 5; request++) expect(await shown(chain, ['a'])).toEqual(['a', 'refused']);
    expect(source.loads).toBe(1);
    travelTo(START + 10_000);
    await shown(chain, ['a']);
    expect(source.loads).toBe(2);
  });

  it('another error is not a refusal', async () => {
    const source = new FakeSource({ id: 'a' });
    const chain = await start(source, new FakeSource({ id: 'b' }));
    const attempt = vi.fn(() => Promise.reject(new Error('consent is missing')));
    await expect(chain.use({ target, attempt, refusal: () => undefined })).rejects.toThrow(
      'consent is missing',
    );
    expect(attempt).toHaveBeenCalledTimes(1);
    expect(source.loads).toBe(1);
  });
});

describe('a credential that cannot be shown', () => {
  const broken = () =>
    new FakeSource({ id: 'a', authenticate: () => Promise.reject(new CredentialFault('has a fault.')) });

  it('gives way to the next in the list', async () => {
    const chain = await start(broken(), new FakeSource({ id: 'b' }));
    expect(await shown(chain)).toEqual(['b']);
  });

  it('is an error that names it when there is no other', async () => {
    const refusal = await shown(await start(broken())).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ClientCredentialError);
    expect(refusal).toMatchObject({
      reason: 'No credential of the API can be used: clientCredentials[0] (Path) has a fault.',
    });
  });
});

describe('what is known of the credentials', () => {
  it('says which one is in use, and the days to the expiry of its certificate', async () => {
    const certificate = { thumbprint: 'AB', notAfter: START + 45.5 * DAY_MS };
    const chain = await start(
      new FakeSource(missing()),
      new FakeSource({ id: 'b', certificate }),
      new FakeSource({}),
    );
    expect(chain.status()).toEqual([
      {
        index: 0,
        sourceType: 'Path',
        state: 'failed',
        isInUse: false,
        fault: 'clientCredentials[0] (Path) cannot read f.',
      },
      {
        index: 1,
        sourceType: 'Path',
        state: 'ready',
        isInUse: true,
        certificate: { thumbprint: 'AB', expiresOn: new Date(certificate.notAfter), daysToExpiry: 45.5 },
      },
      { index: 2, sourceType: 'Path', state: 'untried', isInUse: false },
    ]);
  });

  it('shows no secret to whoever looks into it', async () => {
    const chain = await start(
      new ClientSecretSource({ sourceType: 'ClientSecret', clientSecret: 'canary-secret' }),
      new CertificatePathSource(
        { sourceType: 'Path', certificateDiskPath: '/nowhere', certificatePassword: 'canary-password' },
        { sendX5C: false },
      ),
    );
    const seen = [
      inspect(chain, { depth: 20, showHidden: true }),
      JSON.stringify(chain),
      JSON.stringify(chain.status()),
    ];
    expect(seen.join('\n')).not.toContain('canary');
  });

  it('says which one was refused', async () => {
    const chain = await start(new FakeSource({ id: 'a' }), new FakeSource({ id: 'b' }));
    await shown(chain, ['a']);
    expect(chain.status().map(({ state, isInUse }) => [state, isInUse])).toEqual([
      ['refused', false],
      ['ready', true],
    ]);
  });

  it('warns 30, 7 and 1 days before a certificate expires, once each', async () => {
    const notAfter = START + 31 * DAY_MS;
    await start(new FakeSource({ id: 'a', certificate: { thumbprint: 'AB', notAfter } }));
    const warnedOn: number[] = [];
    for (let hour = 0; hour < 31 * 24; hour++) {
      const before = warn.mock.calls.length;
      vi.advanceTimersByTime(3_600_000);
      for (let warned = before; warned < warn.mock.calls.length; warned++) warnedOn.push((hour + 1) / 24);
    }
    expect(warnedOn).toEqual([1, 24, 30]);
    expect(lines(warn)[0]).toBe(
      'clientCredentials[0] (Path) is a certificate that expires on 2026-07-02T00:00:00.000Z, in 30 days (thumbprint AB); renew it and register the new one with the application.',
    );
    expect(lines(warn)[2]).toContain(', in 1 day (');
  });

  it('warns at boot when it is late already, once', async () => {
    await start(new FakeSource({ certificate: { thumbprint: 'AB', notAfter: START + 3 * DAY_MS } }));
    vi.advanceTimersByTime(3_600_000);
    expect(warn).toHaveBeenCalledTimes(1);
  });

  it('looks no more when the application has ended', async () => {
    const chain = await start(
      new FakeSource({ certificate: { thumbprint: 'AB', notAfter: START + 31 * DAY_MS } }),
    );
    chain.onModuleDestroy();
    vi.advanceTimersByTime(31 * DAY_MS);
    expect(warn).not.toHaveBeenCalled();
  });
});

describe('an assertion of the application that is refused', () => {
  const jwt = (name: string) => {
    const claims = Buffer.from(JSON.stringify({ exp: START / 1000 + 3600, name })).toString('base64url');
    return `e30.${claims}.c2ln`;
  };

  /** The assertions shown until one is accepted; those of `refused` are not. */
  async function assertionsShown(chain: CredentialChain, refused: (shown: string) => boolean) {
    const seen: string[] = [];
    const request = chain.use({
      target,
      attempt: async (_credential, authentication) => {
        const shown = 'clientAssertion' in authentication ? authentication.clientAssertion : 'secret';
        seen.push(shown);
        if (refused(shown)) throw new Refused(700024);
      },
      refusal: (error) => (error instanceof Refused ? error.aadsts : undefined),
    });
    await request.catch((error: unknown) => expect(error).toBeInstanceOf(Refused));
    return seen;
  }

  function custom() {
    let asked = 0;
    const getAssertion = async () => jwt(`${++asked}`);
    return new CustomAssertionSource(
      { sourceType: 'CustomSignedAssertion', getAssertion },
      { timeoutMs: 1000 },
    );
  }

  const secret = () => new ClientSecretSource({ sourceType: 'ClientSecret', clientSecret: 's' });

  it('is asked for anew by the same request, and stays the first choice', async () => {
    const chain = await start(custom(), secret());
    expect(await assertionsShown(chain, () => false)).toEqual([jwt('1')]);
    expect(await assertionsShown(chain, (shown) => shown === jwt('1'))).toEqual([jwt('1'), jwt('2')]);
    expect(await assertionsShown(chain, () => false)).toEqual([jwt('2')]);
  });

  it('gives way to the next credential when the new one is refused too', async () => {
    const chain = await start(custom(), secret());
    expect(await assertionsShown(chain, (shown) => shown !== 'secret')).toEqual([
      jwt('1'),
      jwt('2'),
      'secret',
    ]);
    expect(await assertionsShown(chain, () => false)).toEqual(['secret']);
  });
});

it('one that is accepted after all is refused no more', async () => {
  const chain = await start(new FakeSource({ id: 'a' }), new FakeSource({ id: 'b' }));
  expect(await shown(chain, ['a', 'b'])).toEqual(['a', 'b', 'refused']);
  expect(await shown(chain)).toEqual(['a']);
  expect(await shown(chain, ['b'])).toEqual(['a']);
  expect(chain.status().map(({ state }) => state)).toEqual(['ready', 'refused']);
});
