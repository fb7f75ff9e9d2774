import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { Controller, Get, Param, Res } from '@nestjs/common';
import { CurrentUser, EntraAuthError, TokenAcquisitionService, type EntraUser } from 'nestjs-entra';
import { Subject } from 'rxjs';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { ADAPTERS, startApp, type Adapter, type App } from '../support/nest-app.js';
import { claimsOf } from '../support/tokens.js';
import { startWorld } from '../support/world.js';
import { Connection } from './support/connection.js';

const USERS = 50;
const ENDED = 'no_user_assertion';
const SCOPE = 'api://orders/Read';

interface NodeResponse extends EventEmitter {
  readonly writableEnded: boolean;
  readonly destroyed: boolean;
  readonly req?: { readonly socket: { destroy(): void } };
  readonly socket: { destroy(): void } | null;
}
type AnyResponse = NodeResponse & { raw?: NodeResponse };

/** One attempt to get a token for the user. */
interface Attempt {
  readonly by: string;
  /** The user in whose request the code was written down. */
  readonly owner: string;
  /** Users whose response had not ended when it was asked. */
  readonly running: ReadonlySet<string>;
  /** Whose token came, or why none. */
  readonly got: string;
}

let attempts: Attempt[];
let pending: number;
let responses: { readonly oid: string; readonly response: NodeResponse }[];
let subject: Subject<void>;
let bus: EventEmitter;
let pool: (() => void)[];
let batch: (() => void)[] | undefined;
beforeEach(() => {
  attempts = [];
  pending = 0;
  responses = [];
  subject = new Subject();
  bus = new EventEmitter().setMaxListeners(0);
  pool = [];
  batch = undefined;
});

const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn++) await new Promise(setImmediate);
};

@Controller()
class InterleavedController {
  constructor(private readonly tokens: TokenAcquisitionService) {}

  private readonly attempt = async (by: string, owner: string): Promise<string> => {
    pending++;
    const running = new Set(
      responses
        .filter(({ response }) => !response.writableEnded && !response.destroyed)
        .map(({ oid }) => oid),
    );
    const got = await this.tokens.getAccessTokenForUser(SCOPE).then(
      (token) => String(claimsOf(token)['oid']),
      (error: unknown) => (error instanceof EntraAuthError ? error.code : String(error)),
    );
    attempts.push({ by, owner, running, got });
    pending--;
    return got;
  };

  @Get('interleaved/:delay')
  async interleaved(
    @CurrentUser() { oid }: EntraUser,
    @Param('delay') delay: string,
    @Res({ passthrough: true }) response: AnyResponse,
  ) {
    const node = response.raw ?? response;
    responses.push({ oid, response: node });
    const ask = (by: string) => () => void this.attempt(by, oid);
    for (const event of ['prefinish', 'finish', 'close']) node.once(event, ask(`response ${event}`));
    const late = () => {
      if (node.writableEnded || node.destroyed) void this.attempt('timer', oid);
      else setTimeout(late, 5);
    };
    setTimeout(late, 5);
    setImmediate(ask('immediate'));
    process.nextTick(ask('tick'));
    subject.subscribe(ask('subject'));
    bus.on('event', ask('emitter'));
    pool.push(ask('pooled callback'));
    // As a batching loader does: the first to come dispatches for all.
    if (batch) batch.push(ask('batch'));
    else {
      batch = [ask('batch')];
      setImmediate(() => {
        const callbacks = batch ?? [];
        batch = undefined;
        for (const callback of callbacks) callback();
      });
    }
    await turns(Number(delay));
    // Work of those who came before runs in the middle of this request.
    pool.shift()?.();
    if (Number(delay) % 5 === 0) subject.next();
    if (Number(delay) % 7 === 0) bus.emit('event');
    const own = await this.attempt('handler', oid);
    return { oid, own };
  }

  @Get('listeners/:delay')
  async listeners(
    @CurrentUser() { oid }: EntraUser,
    @Param('delay') delay: string,
    @Res({ passthrough: true }) response: AnyResponse,
  ) {
    const node = response.raw ?? response;
    responses.push({ oid, response: node });
    node.once('finish', () => void this.attempt('response finish', oid));
    node.once('close', () => void this.attempt('response close', oid));
    await turns(Number(delay));
    return { oid, own: await this.attempt('handler', oid) };
  }

  /** Ends the connection, and with it all requests that wait for their turn on it. */
  @Get('cut')
  async cut(@CurrentUser() { oid }: EntraUser, @Res({ passthrough: true }) response: AnyResponse) {
    const node = response.raw ?? response;
    responses.push({ oid, response: node });
    await turns(3);
    (node.socket ?? node.req?.socket)?.destroy();
    return { oid, own: await this.attempt('cut', oid) };
  }
}

/** An application and the tokens of its users. */
async function start(adapter: Adapter) {
  const world = await startWorld();
  const users = Array.from({ length: USERS }, (_, index) => {
    const oid = randomUUID();
    world.emulator.addUser({ oid, name: `User ${index}` });
    return { oid, token: world.token({ oid }) };
  });
  const app = await startApp(
    adapter,
    world.options({ tokenCache: { expiryBufferSeconds: 0 } }),
    { controllers: [InterleavedController] },
    (nest) => {
      if (adapter !== 'fastify') return;
      const fastify = nest.getHttpAdapter().getInstance() as {
        addHook(name: 'onResponse', hook: (request: object, reply: object, done: () => void) => void): void;
      };
      const { tokens } = { tokens: nest.get(TokenAcquisitionService, { strict: false }) };
      fastify.addHook('onResponse', (_request, _reply, done) => {
        pending++;
        tokens
          .getAccessTokenForUser(SCOPE)
          .then(
            () => attempts.push({ by: 'onResponse', owner: '', running: new Set(), got: 'a token' }),
            () => attempts.push({ by: 'onResponse', owner: '', running: new Set(), got: ENDED }),
          )
          .finally(() => pending--);
        done();
      });
    },
  );
  const { port } = new URL(await app.nest.getUrl());
  const connect = async () => {
    const connection = await Connection.open(Number(port));
    onTestFinished(() => connection.close());
    return connection;
  };
  return { world, app, users, connect };
}

const settled = () => vi.waitFor(() => expect(pending).toBe(0), { timeout: 5_000 });

/** Nobody acts for a user none of whose requests is running, even in code of another request. */
function expectNobodyActsForOthers(): void {
  const wrong = attempts.filter(({ got, running }) => got !== ENDED && !running.has(got));
  expect(wrong).toEqual([]);
  const inListeners = attempts.filter(({ by }) => /finish|close|onResponse/i.test(by));
  expect(inListeners.filter(({ got }) => got !== ENDED)).toEqual([]);
}

async function warmUp(app: App, users: readonly { readonly token: string }[]): Promise<void> {
  for (const { token } of users) expect((await app.get('/listeners/0', token)).status).toBe(200);
  await settled();
  attempts = [];
  responses = [];
}

describe.each(ADAPTERS)('Interleaved users on %s', (adapter) => {
  it('never act for each other, whatever outlives their requests', async () => {
    const { app, users } = await start(adapter);
    await warmUp(app, users);
    for (let round = 0; round < 3; round++) {
      const answers = await Promise.all(
        users.map(({ oid, token }, index) =>
          app.get(`/interleaved/${(index * 7 + round) % 20}`, token).then(({ body }) => ({ oid, body })),
        ),
      );
      for (const { oid, body } of answers) expect(body).toEqual({ oid, own: oid });
      // Nobody is served now: all that is left over asks once more.
      subject.next();
      bus.emit('event');
      for (const callback of pool.splice(0)) callback();
      await vi.waitFor(() =>
        expect(attempts.filter(({ by }) => by === 'timer')).toHaveLength(USERS * (round + 1)),
      );
    }
    await settled();
    expectNobodyActsForOthers();
    const timers = attempts.filter(({ by }) => by === 'timer');
    expect(timers.filter(({ got }) => got !== ENDED)).toEqual([]);
    expect(timers).toHaveLength(3 * USERS);
  });

  it('get no token in listeners of the end of pipelined responses', async () => {
    const { app, users, connect } = await start(adapter);
    await warmUp(app, users);
    const perConnection = 40;
    await Promise.all(
      Array.from({ length: 8 }, async (_, first) => {
        const connection = await connect();
        const sent = Array.from({ length: perConnection }, (_unused, index) => {
          const user = users[(first * 6 + index) % USERS];
          const delay = (index * 13) % 17;
          connection.write('GET', `/listeners/${delay}`, [`Authorization: Bearer ${user?.token}`]);
          return user?.oid;
        });
        for (const oid of sent) {
          expect((await connection.read('GET')).body).toEqual({ oid, own: oid });
        }
      }),
    );
    await vi.waitFor(() =>
      expect(attempts.filter(({ by }) => by === 'response finish')).toHaveLength(8 * perConnection),
    );
    await settled();
    expectNobodyActsForOthers();
  });

  it('get no token when a request destroys the connection that others wait on', async () => {
    const { app, users, connect } = await start(adapter);
    await warmUp(app, users);
    for (let round = 0; round < 10; round++) {
      const connection = await connect();
      users.slice(0, 6).forEach(({ token }, index) => {
        const path = index === 2 ? '/cut' : `/listeners/${index < 2 ? 20 : 1}`;
        connection.write('GET', path, [`Authorization: Bearer ${token}`]);
      });
      await vi.waitFor(() => expect(connection.isOpen).toBe(false));
    }
    await vi.waitFor(() => expect(attempts.filter(({ by }) => by === 'cut')).toHaveLength(10));
    await settled();
    expectNobodyActsForOthers();
    expect(attempts.filter(({ by, got }) => by === 'cut' && got !== ENDED)).toEqual([]);
  });
});
