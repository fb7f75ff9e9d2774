import type { IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import { Writable } from 'node:stream';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { ConsoleLogger, Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GraphQLModule, Query, Resolver, Subscription } from '@nestjs/graphql';
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { createClient } from 'graphql-ws';
import { AuthModule } from 'nestjs-entra';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startWorld } from '../support/world.js';

/** The package has no types of its own. */
const { WebSocket } = createRequire(import.meta.url)('ws') as {
  WebSocket: new (address: string, protocols: string | string[] | undefined, options: object) => object;
};

const SUBSCRIPTIONS = 2_000;

@Resolver()
class TicksResolver {
  @Query(() => String)
  whoAmI() {
    return 'nobody';
  }

  @Subscription(() => String)
  async *ticks() {
    yield await Promise.resolve({ ticks: 'one' });
  }
}

const mercurius = (subscription: object = {}) =>
  GraphQLModule.forRoot<MercuriusDriverConfig>({
    driver: MercuriusDriver,
    autoSchemaFile: true,
    graphiql: false,
    subscription: {
      fullWsTransport: true,
      ...subscription,
      context: (_connection: unknown, request: unknown) => ({ req: request }),
    } as never,
  });
const apollo = () =>
  GraphQLModule.forRoot<ApolloDriverConfig>({
    driver: ApolloDriver,
    autoSchemaFile: true,
    subscriptions: { 'graphql-ws': true },
  });

/** What an application writes in the process, by whichever logger. */
class Output {
  text = '';
  /** For Fastify's own logger. */
  readonly stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      this.text += chunk.toString();
      done();
    },
  });

  constructor() {
    for (const stream of [process.stdout, process.stderr]) {
      const spy = vi.spyOn(stream, 'write').mockImplementation((chunk) => {
        this.text += String(chunk);
        return true;
      });
      onTestFinished(() => spy.mockRestore());
    }
  }
}

/** An application with Nest's own logger. */
async function start(
  graphql: DynamicModule,
  adapterFor: (output: Output) => ExpressAdapter | FastifyAdapter,
) {
  const world = await startWorld();
  const output = new Output();
  @Module({ imports: [AuthModule.forRoot(world.options()), graphql], providers: [TicksResolver] })
  class RootModule {}
  const app = await NestFactory.create<NestFastifyApplication>(
    RootModule,
    adapterFor(output) as FastifyAdapter,
    { logger: new ConsoleLogger({ colors: false }) },
  );
  await app.listen(0, '127.0.0.1');
  onTestFinished(() => app.close());
  const url = (await app.getUrl()).replace('localhost', '127.0.0.1').replace('http', 'ws');
  return { app, world, output, url: `${url}/graphql` };
}

/** Subscribes many times on one socket. @returns the answers */
async function flood(url: string, token: string | undefined): Promise<unknown[]> {
  class Socket extends WebSocket {
    constructor(address: string, protocols?: string | string[]) {
      super(address, protocols, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });
    }
  }
  const client = createClient({ url, webSocketImpl: Socket, retryAttempts: 0 });
  onTestFinished(() => void client.dispose());
  const subscribe = async (): Promise<unknown> => {
    try {
      for await (const result of client.iterate({ query: 'subscription { ticks }' })) return result;
    } catch (error) {
      return error;
    }
    return undefined;
  };
  return Promise.all(Array.from({ length: SUBSCRIPTIONS }, subscribe));
}

/** What the library writes while each of them is rejected, its count of the suppressed lines included. */
const MAX_BYTES = 20_000;

const forged = (good: string) => `${good.split('.').slice(0, 2).join('.')}.${'A'.repeat(342)}`;
const SERVERS: [string, () => DynamicModule, () => ExpressAdapter | FastifyAdapter][] = [
  ['Mercurius', mercurius, () => new FastifyAdapter()],
  ['Apollo', apollo, () => new ExpressAdapter()],
];

describe.each(SERVERS)('2 000 rejected subscriptions on one socket of %s', (_server, graphql, adapterFor) => {
  it.each<[string, (good: string) => string | undefined]>([
    ['no token', () => undefined],
    ['a forged token', forged],
  ])('write a bounded number of bytes to the log: %s', async (_what, tokenFrom) => {
    const { app, world, output, url } = await start(graphql(), adapterFor);
    output.text = '';
    const answers = await flood(url, tokenFrom(world.token()));
    await app.close();
    expect(answers).toHaveLength(SUBSCRIPTIONS);
    for (const answer of answers) expect(JSON.stringify(answer)).not.toContain('"ticks":"one"');
    expect(output.text.length).toBeLessThan(MAX_BYTES);
    expect(output.text.split('[Nest]').length - 1).toBeLessThanOrEqual(11);
  });
});

describe('Mercurius with the logger of Fastify', () => {
  const adapterFor = ({ stream }: Output) => new FastifyAdapter({ logger: { stream } });

  it('writes a line without a stack for each rejected subscription, whatever the library does', async () => {
    const { app, output, url } = await start(mercurius(), adapterFor);
    output.text = '';
    await flood(url, undefined);
    await app.close();
    expect(output.text).not.toContain('    at ');
    expect(output.text.length).toBeLessThan(SUBSCRIPTIONS * 250);
  });

  it('writes nothing of subscriptions when verifyClient rejects sockets without a token', async () => {
    const verifyClient = ({ req }: { req: IncomingMessage }, next: (isAccepted: boolean) => void) =>
      next(req.headers.authorization !== undefined);
    const { app, output, url } = await start(mercurius({ verifyClient }), adapterFor);
    output.text = '';
    await flood(url, undefined);
    await app.close();
    expect(output.text).not.toContain('An access token is required');
    expect(output.text.length).toBeLessThan(2_000);
  });
});
