import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import {
  Controller,
  Get,
  Header,
  Injectable,
  Param,
  Res,
  Sse,
  StreamableFile,
  type MessageEvent,
} from '@nestjs/common';
import {
  CurrentUser,
  DownstreamScopes,
  EntraAuthError,
  JwtStrategy,
  TokenAcquisitionService,
  type EntraUser,
} from 'nestjs-entra';
import { Subject, concatMap, from } from 'rxjs';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ADAPTERS, startApp, type App } from '../support/nest-app.js';
import { claimsOf } from '../support/tokens.js';
import { ADELE, BEN, startWorld, type World } from '../support/world.js';

const SCOPE = 'api://orders/Read';
const ENDED = 'no_user_assertion';

/** Node's own response behind that of Express or Fastify. */
interface AnyResponse {
  raw?: NodeResponse;
}
interface NodeResponse extends NodeJS.EventEmitter {
  writableEnded: boolean;
  writeHead(status: number, headers?: object): unknown;
  write(chunk: string): unknown;
  end(chunk?: string): unknown;
}
const nodeOf = (response: AnyResponse): NodeResponse => response.raw ?? (response as unknown as NodeResponse);

/** Waits for what the test says. */
class Gate {
  readonly #opened: Promise<void>;
  open: () => void = () => undefined;

  constructor() {
    this.#opened = new Promise((resolve) => (this.open = resolve));
  }

  get opened(): Promise<void> {
    return this.#opened;
  }
}

/** What code that outlived its request came to, by name. */
let outcomes: Map<string, string>;
let gate: Gate;
let events: Subject<string>;
beforeEach(() => {
  outcomes = new Map();
  gate = new Gate();
  events = new Subject();
});
const outcome = (name: string) => vi.waitFor(() => outcomes.get(name) ?? Promise.reject(new Error(name)));

@Controller()
class LateController {
  constructor(private readonly tokens: TokenAcquisitionService) {}

  /** Whose token there is, or why there is none. */
  private async attempt(scope = SCOPE): Promise<string> {
    try {
      const { accessToken } = await this.tokens.getTokenForUser(scope);
      return String(claimsOf(accessToken)['oid']);
    } catch (error) {
      return error instanceof EntraAuthError ? error.code : String(error);
    }
  }

  private note(name: string, outcome: Promise<string>): void {
    void outcome.then((result) => outcomes.set(name, result));
  }

  @Get('late')
  late() {
    this.note(
      'promise',
      gate.opened.then(() => this.attempt()),
    );
    const timer = setInterval(() => {
      if (outcomes.size === 0) return;
      clearInterval(timer);
      this.note('timer', this.attempt());
    }, 5);
    events.subscribe((name) => this.note(name, this.attempt()));
    return {};
  }

  @Get('started')
  started() {
    this.note('started', this.attempt());
    this.note('parallel', Promise.all([this.attempt('api://files/Read'), this.attempt()]).then(String));
    return {};
  }

  @Get('background')
  @DownstreamScopes(SCOPE, { prefetch: 'background' })
  background() {
    return {};
  }

  @Get('after-end')
  async afterEnd(@Res() response: AnyResponse & { hijack?: () => void }) {
    response.hijack?.();
    const node = nodeOf(response);
    node.writeHead(200);
    node.write(await this.attempt());
    node.write(' ');
    await new Promise(setImmediate);
    node.write(await this.attempt());
    node.end();
    outcomes.set('after-end', await this.attempt());
  }

  @Get('listeners')
  async listeners(@Res({ passthrough: true }) response: AnyResponse) {
    for (const event of ['finish', 'close']) {
      nodeOf(response).once(event, () => this.note(event, this.attempt()));
    }
    return { own: await this.attempt() };
  }

  @Get('aborted')
  async aborted(@Res({ passthrough: true }) response: AnyResponse) {
    const closed = once(nodeOf(response), 'close');
    outcomes.set('before', await this.attempt());
    await closed;
    outcomes.set('aborted', await this.attempt());
    return {};
  }

  @Sse('events')
  events() {
    return events.pipe(
      // As a subscriber sees it: the emission comes from elsewhere, and runs in whatever context that is.
      concatMap((name) => from(this.attempt().then((data): MessageEvent => ({ data: `${name} ${data}` })))),
    );
  }

  @Get('stream')
  stream() {
    const body = new PassThrough();
    void (async () => {
      body.write(await this.attempt());
      await gate.opened;
      body.end(` ${await this.attempt()}`);
      await outcome('read');
      outcomes.set('stream', await this.attempt());
    })();
    return new StreamableFile(body);
  }

  @Get('not-modified')
  @Header('ETag', '"1"')
  notModified(@Res({ passthrough: true }) response: AnyResponse & { status(code: number): unknown }) {
    response.status(304);
    nodeOf(response).once('finish', () => this.note('not-modified', this.attempt()));
  }

  @Get('user/:name')
  user(@CurrentUser() user: EntraUser, @Param('name') name: string) {
    outcomes.set(name, user.oid);
    return {};
  }

  @Get('lazy')
  lazy() {
    // As a worker that a library starts with the first job that needs it.
    worker ??= setInterval(() => {
      const job = jobs.shift();
      if (job) void this.attempt().then(job);
    }, 2);
    return {};
  }

  @Get('job')
  async job() {
    return { as: await new Promise<string>((resolve) => jobs.push(resolve)) };
  }
}

let worker: NodeJS.Timeout | undefined;
const jobs: ((outcome: string) => void)[] = [];

describe.each(ADAPTERS)('The request context on %s', (adapter) => {
  async function start(more: Parameters<World['options']>[0] = {}, strategy?: typeof JwtStrategy) {
    const world = await startWorld();
    const options = { ...world.options(more), ...(strategy && { strategy }) };
    return { world, app: await startApp(adapter, options, { controllers: [LateController] }) };
  }

  /** Sends a request that the test can abort. */
  async function open(app: App, path: string, token: string, method = 'GET') {
    const { port } = new URL(await app.nest.getUrl());
    const sent = httpRequest({
      host: '127.0.0.1',
      port,
      path,
      method,
      headers: { authorization: `Bearer ${token}` },
    });
    sent.on('error', () => undefined).end();
    return sent;
  }

  it('has no caller for promises, timers and subscribers that outlive the response', async () => {
    const { world, app } = await start();
    expect((await app.get('/late', world.token())).status).toBe(200);
    gate.open();
    expect(await outcome('promise')).toBe(ENDED);
    expect(await outcome('timer')).toBe(ENDED);
    events.next('subscriber');
    expect(await outcome('subscriber')).toBe(ENDED);
    expect(world.exchanges()).toHaveLength(0);
  });

  it('lets acquisitions finish that were started before the response was sent', async () => {
    const { world, app } = await start();
    await app.get('/started', world.token());
    expect(await outcome('started')).toBe(ADELE.oid);
    expect(await outcome('parallel')).toBe(`${ADELE.oid},${ADELE.oid}`);
    await app.get('/background', world.token({ name: 'another token' }));
    await vi.waitFor(() => expect(world.exchanges()).toHaveLength(3));
  });

  it('has a caller until a response that the handler writes itself has ended', async () => {
    const { world, app } = await start();
    expect((await app.get('/after-end', world.token())).text).toBe(`${ADELE.oid} ${ADELE.oid}`);
    expect(await outcome('after-end')).toBe(ENDED);
  });

  it('has no caller in listeners of the end of a response', async () => {
    const { world, app } = await start();
    expect((await app.get('/listeners', world.token())).body).toEqual({ own: ADELE.oid });
    expect(await outcome('finish')).toBe(ENDED);
    expect(await outcome('close')).toBe(ENDED);
  });

  it('has no caller once the client closed the connection', async () => {
    const { world, app } = await start();
    const sent = await open(app, '/aborted', world.token());
    expect(await outcome('before')).toBe(ADELE.oid);
    sent.destroy();
    expect(await outcome('aborted')).toBe(ENDED);
  });

  it.each(['HEAD', 'GET'])('ends with responses without a body, %s', async (method) => {
    const { world, app } = await start();
    const path = method === 'HEAD' ? '/listeners' : '/not-modified';
    const sent = await open(app, path, world.token(), method);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    response.resume();
    expect(response.statusCode).toBe(method === 'HEAD' ? 200 : 304);
    expect(await outcome(method === 'HEAD' ? 'finish' : 'not-modified')).toBe(ENDED);
  });

  it('keeps the caller while a body is streamed, and not longer', async () => {
    const { world, app } = await start();
    const sent = await open(app, '/stream', world.token());
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const read: string[] = [];
    response.on('data', (chunk: Buffer) => read.push(chunk.toString()));
    await once(response, 'data');
    gate.open();
    await once(response, 'end');
    expect(read.join('')).toBe(`${ADELE.oid} ${ADELE.oid}`);
    outcomes.set('read', 'all');
    expect(await outcome('stream')).toBe(ENDED);
  });

  it('does not give a lazily started worker the caller that it was started by', async () => {
    const { world, app } = await start();
    try {
      await app.get('/lazy', world.token());
      const other = world.token({ oid: BEN.oid });
      expect((await app.get('/job', other)).body).toEqual({ as: ENDED });
    } finally {
      clearInterval(worker);
      worker = undefined;
    }
  });

  it('does not run the handler when the client left while validate() was pending', async () => {
    const entered = new Gate();
    @Injectable()
    class SlowStrategy extends JwtStrategy {
      override async validate(request: object, claims: Parameters<JwtStrategy['validate']>[1]) {
        entered.open();
        await gate.opened;
        return super.validate(request, claims);
      }
    }
    const { world, app } = await start({ scopes: [SCOPE] }, SlowStrategy);
    const sent = await open(app, '/user/left', world.token());
    await entered.opened;
    sent.destroy();
    await new Promise((resolve) => sent.once('close', resolve));
    // The server learns of it with the next event of the socket.
    await vi.waitFor(async () => expect(await connections(app)).toBe(0));
    gate.open();
    await vi.waitFor(() => expect(app.log.join('\n')).toContain(`debug ${ENDED}`));
    expect(outcomes.has('left')).toBe(false);
    expect(world.exchanges()).toHaveLength(0);
    // Anybody can close connections: that must not fill the log with errors and stacks.
    expect(app.log.filter((line) => line.startsWith('error'))).toEqual([]);
  });
});

function connections(app: App): Promise<number> {
  const server = app.nest.getHttpServer() as {
    getConnections(done: (error: Error | null, count: number) => void): void;
  };
  return new Promise((resolve, reject) =>
    server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  );
}
