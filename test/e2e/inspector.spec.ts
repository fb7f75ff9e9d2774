import { BadGatewayException, Controller, Get, Module, Query } from '@nestjs/common';
import {
  AuthModule,
  DownstreamApiService,
  DownstreamScopes,
  Public,
  RequiredScopes,
  TokenAcquisitionService,
  type EntraAuthOptions,
} from 'nestjs-entra';
import { InspectorModule } from 'nestjs-entra/inspector';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startDownstream } from '../support/downstream-server.js';
import { ADAPTERS, startApp, startModule, type Adapter, type App } from '../support/nest-app.js';
import { ADELE, API, BEN, startWorld, type World } from '../support/world.js';

@Controller()
class RoutesController {
  constructor(
    private readonly tokens: TokenAcquisitionService,
    private readonly downstream: DownstreamApiService,
  ) {}

  @Get('list')
  list() {
    return this.downstream.get('orders', '/orders', { query: { key: 'hidden' } });
  }

  @Get('leaky')
  leaky(@Query('value') value: string) {
    throw new Error(`the token is ${value}`);
  }

  @Get('me')
  me() {
    return {};
  }

  @Get('orders')
  @DownstreamScopes('api://orders/Read')
  orders() {
    return {};
  }

  @Get('unconsented')
  @DownstreamScopes('api://files/Write')
  unconsented() {
    return {};
  }

  @Get('reports')
  @RequiredScopes('reports.read')
  reports() {
    return {};
  }

  @Get('handled')
  async handled() {
    return { isThere: await this.tokens.getAccessTokenForUser('api://files/Write').catch(() => false) };
  }

  @Get('broken')
  broken() {
    throw new BadGatewayException('an upstream said no');
  }

  @Public()
  @Get('open')
  open() {
    return {};
  }
}

const controllers = [RoutesController];
const imports = [InspectorModule];

interface Item {
  readonly id: number;
  readonly tone: string;
  readonly summary: string;
  readonly content: string;
}

/** The query with the key, from the address that the application logs when it starts. */
const keyOf = (app: App) =>
  /Token-flow inspector: \S+\/inspector(\?key=\S+)/.exec(app.log.join('\n'))?.[1] ?? '?no-address-in-the-log';

/** Text without markup. */
const textOf = (markup: string) =>
  markup
    .replace(/<[^>]+>/g, ' ')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
    .trim();

/** The lines of a sequence, without their times. */
const sequenceOf = ({ content }: Item) =>
  [...content.matchAll(/<li class="([\w-]+) [\w-]+">(.*?)<\/li>/gs)].map(
    ([, station, line = '']) =>
      `${station}: ${textOf(line.replace(/<span class="at">.*?<\/span>|<strong>.*?<\/strong>/gs, ''))}`,
  );

/** A stream of server-sent events, read as a browser reads it, on a connection of its own. */
async function watch(app: App) {
  const { port } = new URL(await app.nest.getUrl());
  const path = `/inspector/events${keyOf(app)}`;
  const request = httpRequest({ host: '127.0.0.1', port, path, agent: false }).end();
  const stop = () => void request.destroy();
  onTestFinished(stop);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const items = new Map<number, Item>();
  const seen = { headers: response.headers, items, raw: '', snapshots: 0, isEnded: false, stop };
  let rest = '';
  response.setEncoding('utf8').on('error', () => undefined);
  response.on('end', () => (seen.isEnded = true));
  response.on('data', (text: string) => {
    seen.raw += text;
    const blocks = (rest + text).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      if (block.includes('event: snapshot')) {
        seen.snapshots += 1;
        items.clear();
      }
      const data = /^data: (.*)$/m.exec(block)?.[1];
      for (const item of data ? (JSON.parse(data) as Item[]) : []) items.set(item.id, item);
    }
  });
  await vi.waitFor(() => expect(seen.snapshots).toBe(1));
  return seen;
}

/** Calls and waits for what the inspector tells of it. */
async function seenOf(app: App, path: string, token?: string): Promise<Item> {
  const stream = await watch(app);
  const before = new Set(stream.items.keys());
  await app.get(path, token);
  const item = await vi.waitFor(() => {
    const found = [...stream.items.values()].find(({ id, tone }) => !before.has(id) && tone !== 'open');
    expect(found).toBeDefined();
    return found as Item;
  });
  stream.stop();
  return item;
}

async function start(
  adapter: Adapter,
  changes?: Partial<EntraAuthOptions>,
): Promise<{ world: World; app: App }> {
  const world = await startWorld();
  return { world, app: await startApp(adapter, world.options(changes), { imports, controllers }) };
}

describe.each(ADAPTERS)('The inspector on %s', (adapter) => {
  it('tells why a request was a 401, in its first line', async () => {
    const { world, app } = await start(adapter);
    const item = await seenOf(app, '/me?code=hidden', world.token({ aud: 'api://somebody-else' }));
    expect(textOf(item.summary)).toMatch(
      /^401 GET \/me [\d.]+ ms token_audience aud is "api:\/\/somebody-else"/,
    );
    expect(item.tone).toBe('refused');
    expect(sequenceOf(item)[1]).toMatch(/^api: Refused: token_audience\. aud is "api:\/\/somebody-else"/);
    const none = await seenOf(app, '/me');
    expect(textOf(none.summary)).toMatch(
      /^401 GET \/me [\d.]+ ms token_missing An access token is required$/,
    );
  });

  it('shows the way: validated, missed, exchanged; then known, and hit', async () => {
    const { world, app } = await start(adapter);
    const token = world.token();
    const first = await seenOf(app, '/orders', token);
    expect(sequenceOf(first)).toEqual([
      'browser: Sends GET /orders',
      expect.stringMatching(/^api: Token validated: signature \(RS256, key [\w-]+\), lifetime, /),
      'cache: Miss: no token for api://orders/Read in memory',
      expect.stringMatching(
        new RegExp(
          `^identity-platform: Exchange for api://orders/Read at tenant ${world.emulator.tenantId}, corr`,
        ),
      ),
      expect.stringMatching(
        /^identity-platform: Token for api:\/\/orders\/Read.* after [\d.]+ ms, good until/,
      ),
      'api: Has the token for api://orders/Read',
      'browser: Gets the answer 200',
    ]);
    expect(textOf(first.content)).toContain(`oid : ${ADELE.oid}`.replace(' : ', ' '));
    const second = await seenOf(app, '/orders', token);
    expect(sequenceOf(second)).toEqual([
      'browser: Sends GET /orders',
      'api: The token passed before: its lifetime and its key were checked again',
      expect.stringMatching(/^cache: Hit: token for api:\/\/orders\/Read in memory, good until/),
      'browser: Gets the answer 200',
    ]);
  });

  it('shows calls of downstream APIs, without their query', async () => {
    const server = await startDownstream(({ url }) => (url.startsWith('/orders') ? [] : undefined));
    const orders = { baseUrl: server.url, scopes: ['api://orders/Read'], retries: 0 };
    const { world, app } = await start(adapter, { downstreamApis: { orders } });
    const item = await seenOf(app, '/list', world.token());
    expect(sequenceOf(item).slice(-3)).toEqual([
      `downstream: GET ${server.url}/orders with the token, as orders`,
      expect.stringMatching(/^downstream: orders answered 200 after [\d.]+ ms$/),
      'browser: Gets the answer 200',
    ]);
  });

  it('shows who joined an exchange that was under way', async () => {
    const world = await startWorld();
    let letGo = () => {};
    const gate = new Promise<void>((resolve) => (letGo = resolve));
    const fetch: typeof globalThis.fetch = async (input, init) => {
      if (init?.method === 'POST') await gate;
      return world.emulator.fetch(input as string, init);
    };
    const app = await startApp(adapter, world.options({ network: { fetch } }), { imports, controllers });
    const stream = await watch(app);
    const token = world.token();
    await app.get('/me', token);
    const answers = [app.get('/orders', token), app.get('/orders', token)];
    const joined = () =>
      [...stream.items.values()].filter(({ content }) => content.includes('was under way already'));
    await vi.waitFor(() => expect(joined()).toHaveLength(1));
    letGo();
    await Promise.all(answers);
    await vi.waitFor(() => expect(joined()[0]?.tone).toBe('good'));
    expect(sequenceOf(joined()[0] as Item).slice(2)).toEqual([
      'cache: Miss: no token for api://orders/Read in memory',
      'cache: Joined: the exchange for api://orders/Read was under way already',
      'api: Has the token for api://orders/Read',
      'browser: Gets the answer 200',
    ]);
    expect(world.exchanges()).toHaveLength(1);
  });

  it('shows what the identity platform refused and why, and that it is not asked again', async () => {
    const { world, app } = await start(adapter);
    const token = world.token();
    const first = await seenOf(app, '/unconsented', token);
    expect(textOf(first.summary)).toMatch(
      /^403 GET \/unconsented .* ms consent_required Consent to api:\/\/files\/Write is missing: .*AADSTS65001/,
    );
    expect(sequenceOf(first).filter((line) => line.startsWith('identity-platform'))).toEqual([
      expect.stringMatching(/^identity-platform: Exchange for api:\/\/files\/Write/),
      expect.stringMatching(
        /^identity-platform: No token after [\d.]+ ms: consent_required\. Consent to .*AADSTS65001/,
      ),
    ]);
    // The same error passes the service, and on its way out the interceptor.
    expect(sequenceOf(first).filter((line) => line.startsWith('api: Refused'))).toHaveLength(1);
    const second = await seenOf(app, '/unconsented', token);
    expect(sequenceOf(second).slice(2, 4)).toEqual([
      'cache: Miss: no token for api://files/Write in memory',
      'cache: Remembered: the identity platform refused the same a moment ago (consent_required), and is not asked again',
    ]);
    expect(textOf(second.summary)).toContain('consent_required Consent to api://files/Write is missing');
    // What a handler gets over is a step, and not the reason of the answer.
    const handled = await seenOf(app, '/handled', world.token({ oid: BEN.oid }));
    expect(textOf(handled.summary)).toMatch(/^200 GET \/handled \S+ [\d.]+ ms$/);
    expect(sequenceOf(handled).join()).toContain('api: Refused: consent_required');
  });

  it('shows a claims challenge', async () => {
    const { world, app } = await start(adapter);
    world.emulator.requireClaims({ scope: 'api://orders/Read' });
    const challenged = await seenOf(app, '/orders', world.token({ xms_cc: ['cp1'] }));
    expect(textOf(challenged.summary)).toMatch(
      /^401 GET \/orders .* claims_challenge The identity platform asks for claims: /,
    );
  });

  it('shows what the route wants of its caller', async () => {
    const { world, app } = await start(adapter);
    const refused = await seenOf(app, '/reports', world.token());
    expect(textOf(refused.summary)).toMatch(/^403 GET \/reports .* insufficient_scope .*reports\.read/);
    const granted = await seenOf(app, '/reports', world.token({ scp: 'reports.read' }));
    expect(sequenceOf(granted).at(-2)).toBe('api: The caller has the scopes and roles of the route');
  });

  it('shows what the application throws by its name alone, public routes, and what nobody knows', async () => {
    const { world, app } = await start(adapter);
    const broken = await seenOf(app, '/broken', world.token());
    expect(textOf(broken.summary)).toMatch(
      /^502 GET \/broken .* BadGatewayException Thrown by the application; its text stays in the log\.$/,
    );
    expect(sequenceOf(await seenOf(app, '/open'))).toEqual([
      'browser: Sends GET /open',
      'api: The route is public; no token is looked at',
      'browser: Gets the answer 200',
    ]);
    expect(textOf((await seenOf(app, '/nowhere')).summary)).toMatch(
      /^404 GET \/nowhere [\d.]+ ms nestjs-entra refused nothing here: the application answered so, or there is no such route\.$/,
    );
  });

  it('keeps the last 200 requests, of which its own are none', async () => {
    const { app } = await start(adapter);
    for (let count = 0; count < 201; count += 1) await app.get(`/open?${count}`);
    const { text } = await app.get(`/inspector${keyOf(app)}`);
    const ids = [...text.matchAll(/<li id="request-(\d+)"/g)].map(([, id]) => Number(id));
    expect(ids).toHaveLength(200);
    expect(ids).toEqual(ids.toSorted((one, other) => other - one));
    expect(ids.at(-1)).toBe(2);
    expect(text).not.toContain('GET /inspector');
    const stream = await watch(app);
    expect([...stream.items.keys()].toSorted((one, other) => other - one)).toEqual(ids);
  });

  it('sends the requests as they happen, begins anew after a lost connection, and ends with the application', async () => {
    const { world, app } = await start(adapter);
    const lost = await watch(app);
    expect(lost.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    await app.get('/me', world.token());
    await vi.waitFor(() => expect([...lost.items.values()].map(({ tone }) => tone)).toEqual(['good']));
    expect(lost.raw).toMatch(/^retry: 1000\nevent: snapshot\ndata: \[\]\n\n/);
    lost.stop();
    await app.get('/me');
    const again = await watch(app);
    expect([...again.items.values()].map(({ tone }) => tone)).toEqual(['refused', 'good']);
    await app.nest.close();
    await vi.waitFor(() => expect(again.isEnded).toBe(true));
  });

  it('answers browsers of this machine that opened it, and nobody else', async () => {
    const { app } = await start(adapter);
    const { port } = new URL(await app.nest.getUrl());
    const status = (headers: Record<string, string>, path = '/inspector', method = 'GET') =>
      new Promise<string>((resolve, reject) => {
        const target = `${path}${keyOf(app)}`;
        const request = httpRequest(
          { host: '127.0.0.1', port, path: target, method, headers },
          (response) => {
            const chunks: Buffer[] = [];
            response.on('data', (chunk: Buffer) => chunks.push(chunk));
            response.on('end', () => resolve(`${response.statusCode} ${Buffer.concat(chunks).toString()}`));
          },
        );
        request.on('error', reject).end();
      });
    const refusedFor = (reason: string) =>
      expect.stringMatching(`^403 .*The token-flow inspector refuses this request: ${reason}\\.`);
    const host = `localhost:${port}`;
    for (const name of [host, `127.0.0.1:${port}`, `[::1]:${port}`, 'localhost']) {
      expect(await status({ host: name })).toMatch(/^200 <!doctype html>/i);
    }
    expect(await status({ host, 'sec-fetch-site': 'none' })).toMatch(/^200/);
    expect(await status({ host, 'sec-fetch-site': 'same-origin', origin: `http://${host}` })).toMatch(/^200/);
    const wrongHost = refusedFor('it answers under localhost, 127.0.0.1 and \\[::1\\] alone');
    for (const name of [
      'evil.example',
      `localhost.evil.example:${port}`,
      '127.0.0.1.nip.io',
      'localhost:1@evil',
      '10.0.0.1',
    ]) {
      expect(await status({ host: name })).toEqual(wrongHost);
    }
    for (const path of ['/inspector', '/inspector/events', '/inspector/page.js', '/inspector/page.css']) {
      expect(await status({ host: 'evil.example' }, path)).toEqual(wrongHost);
      for (const site of ['cross-site', 'same-site', 'anything']) {
        expect(await status({ host, 'sec-fetch-site': site }, path)).toEqual(
          refusedFor('another site asks for it'),
        );
      }
      for (const origin of ['http://evil.example', 'null', 'http://localhost:1']) {
        expect(await status({ host, origin }, path)).toEqual(refusedFor('another origin asks for it'));
      }
      for (const name of ['x-forwarded-for', 'forwarded', 'via', 'x-client-ip', 'cf-connecting-ip']) {
        expect(await status({ host, [name]: '127.0.0.1' }, path)).toEqual(
          refusedFor('it does not answer by way of a proxy'),
        );
      }
    }
  });

  it('lets nobody embed or read it: strict policy, and no CORS even where the application has it', async () => {
    const world = await startWorld();
    const app = await startApp(adapter, world.options(), { imports, controllers }, (nest) =>
      nest.enableCors({ origin: true, credentials: true }),
    );
    for (const path of ['/inspector', '/inspector/page.js', '/inspector/page.css']) {
      const { status, headers } = await app.get(`${path}${keyOf(app)}`);
      expect(status).toBe(200);
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      );
      expect(headers.get('cache-control')).toBe('no-store, no-transform');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(headers.get('access-control-allow-credentials')).toBeNull();
    }
  });

  it('never sends a token, an assertion, a secret or a signature, whatever holds one', async () => {
    const server = await startDownstream(() => []);
    const orders = { baseUrl: server.url, scopes: ['api://orders/Read'], retries: 0 };
    const { world, app } = await start(adapter, { downstreamApis: { orders } });
    const stream = await watch(app);
    const inner = world.token({ oid: BEN.oid });
    const good = world.token({
      nested: inner,
      list: [{ deep: inner }],
      [`k${inner}`]: 'x',
      nonce: 'canary-nonce',
    });
    const forged = `${world.token().split('.').slice(0, 2).join('.')}.${'canarysignature'.repeat(20)}AA`;
    const foreign = world.token({ aud: good });
    await app.get('/list', good);
    await app.get('/list', good);
    for (const token of [forged, foreign, `${good}.${good}`, good.slice(0, -8)]) await app.get('/me', token);
    await app.get(`/leaky?value=${good}`, good);
    await app.get(`/nowhere/${good}`);
    await app.get(`/me?access_token=${good}&code=canary-code`, good);
    await app.get('/me', undefined, { authorization: `Basic ${API.secret}` });
    await app.get('/unconsented', world.token());
    await vi.waitFor(() => {
      expect(stream.items.size).toBe(11);
      expect([...stream.items.values()].every(({ tone }) => tone !== 'open')).toBe(true);
    });
    const [called] = server.seen;
    const canaries = [good, inner, forged, foreign, called?.token ?? ''].flatMap((token) =>
      token.split('.').slice(1),
    );
    expect(canaries.filter((canary) => canary.length > 20).length).toBeGreaterThan(8);
    const sent = stream.raw + (await app.get(`/inspector${keyOf(app)}`)).text;
    for (const canary of [...canaries, API.secret, 'canary-nonce', 'canary-code', 'canarysignature']) {
      expect(sent).not.toContain(canary.slice(0, 40));
    }
    expect(sent).toContain('[token]');
    expect(sent).toContain(ADELE.oid);
  });

  it('shows markup in paths and claims as text', async () => {
    const { world, app } = await start(adapter);
    const markup = '<img src=x onerror=alert(1)>"\'&';
    const item = await seenOf(
      app,
      '/me',
      world.token({ name: markup, preferred_username: markup, 'a<b>': markup }),
    );
    expect(item.summary + item.content).not.toContain('<img');
    expect(item.summary).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;');
    expect(item.content).toContain('<dt>a&lt;b&gt;</dt>');
    const { text } = await app.get(`/inspector/%3Cscript%3E${keyOf(app)}`);
    expect(text).not.toContain('<script>');
  });

  it('knows the requests of its own application alone', async () => {
    const { world, app } = await start(adapter);
    const other = await startApp(adapter, world.options(), { imports, controllers });
    await other.get('/me', world.token());
    expect((await app.get(`/inspector${keyOf(app)}`)).text).not.toContain('GET /me');
    expect((await other.get(`/inspector${keyOf(other)}`)).text).toContain('GET /me');
  });

  it('serves two modules of one application, each request once', async () => {
    const world = await startWorld();
    @Module({ imports: [AuthModule.forRoot({ ...world.options(), isGlobal: false, globalGuard: false })] })
    class SecondModule {}
    const app = await startApp(adapter, world.options(), {
      imports: [InspectorModule, SecondModule],
      controllers,
    });
    const item = await seenOf(app, '/me', world.token());
    expect(sequenceOf(item)).toHaveLength(3);
  });

  it('logs its address with a key when it listens, below the global prefix, and answers nothing without the key', async () => {
    const world = await startWorld();
    const app = await startApp(adapter, world.options(), { imports, controllers }, (nest) =>
      nest.setGlobalPrefix('api/v1'),
    );
    const { port } = new URL(await app.nest.getUrl());
    const address = /Token-flow inspector: (\S+)/.exec(app.log.join('\n'))?.[1] ?? '';
    expect(address).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${port}/api/v1/inspector\\?key=[\\w-]{43}$`));
    const opened = await fetch(address);
    expect(opened.status).toBe(200);
    expect(opened.headers.get('referrer-policy')).toBe('no-referrer');
    const { search, searchParams } = new URL(address);
    const page = await opened.text();
    const links = [...page.matchAll(/(?:href|src)="(\/[^"]+)"/g)].map(([, link]) => link ?? '');
    expect(links).toEqual([`/api/v1/inspector/page.css${search}`, `/api/v1/inspector/page.js${search}`]);
    for (const link of links) expect((await app.get(link)).status).toBe(200);
    const key = searchParams.get('key') ?? '';
    for (const path of ['', '/page.js', '/page.css', '/events']) {
      for (const query of ['', '?key=', `?key=${key.slice(1)}`, `?key=${key}&key=${key}`, `?KEY=${key}`]) {
        const { status, text } = await app.get(`/api/v1/inspector${path}${query}`);
        expect([status, text]).toEqual([403, expect.stringContaining('its address carries a key')]);
        expect(text).not.toContain(key);
      }
    }
    const again = await startApp(adapter, world.options(), { imports, controllers });
    expect((await again.get(`/inspector${search}`)).status).toBe(403);
    expect((await again.get(`/inspector${keyOf(again)}`)).text).not.toContain(key);
  });

  it('does not answer HTTP/1.0, in which nginx passes requests on without a trace', async () => {
    const { app } = await start(adapter);
    const { port } = new URL(await app.nest.getUrl());
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), '127.0.0.1', () =>
        socket.end(`GET /inspector${keyOf(app)} HTTP/1.0\r\nHost: 127.0.0.1:${port}\r\n\r\n`),
      );
      let text = '';
      socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      socket.on('end', () => resolve(text)).on('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1\.[01] 403 /);
    expect(answer).toContain('it does not answer by way of a proxy');
  });

  it.each(['staging', ' Production ', 'PRODUCTION', 'prod'])('does not start in %j', async (name) => {
    vi.stubEnv('NODE_ENV', name);
    onTestFinished(() => void vi.unstubAllEnvs());
    await expect(start(adapter)).rejects.toThrow(
      `InspectorModule is imported while NODE_ENV is ${JSON.stringify(name)};`,
    );
  });

  it.each([undefined, 'development', ' Test '])('starts where NODE_ENV is %j', async (name) => {
    vi.stubEnv('NODE_ENV', name);
    onTestFinished(() => void vi.unstubAllEnvs());
    const { app } = await start(adapter);
    expect((await app.get(`/inspector${keyOf(app)}`)).status).toBe(200);
  });

  it('does not start in production', async () => {
    vi.stubEnv('NODE_ENV', 'production');
    onTestFinished(() => void vi.unstubAllEnvs());
    await expect(start(adapter)).rejects.toThrow(
      'nestjs-entra is not configured correctly: InspectorModule is imported while NODE_ENV is "production"; it shows who calls and with which claims: import it in development alone.',
    );
    @Module({ imports: [InspectorModule] })
    class AloneModule {}
    await expect(startModule(adapter, AloneModule)).rejects.toThrow('while NODE_ENV is "production"');
  });
});
