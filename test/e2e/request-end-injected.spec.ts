import { EventEmitter } from 'node:events';
import { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { Controller, Get, Param, Res } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import serverless from 'serverless-http';
import { describe, expect, it } from 'vitest';
import { ENDED, LateWork, nodeOf, type AnyResponse } from '../support/late-work.js';
import { startApp, type Adapter, type App } from '../support/nest-app.js';
import { ADELE, BEN, startWorld } from '../support/world.js';

@Controller()
class LateController {
  constructor(private readonly work: LateWork) {}

  @Get('late/:name')
  late(@Param('name') name: string, @Res({ passthrough: true }) response: AnyResponse) {
    this.work.outlive(name);
    this.work.listen(name, nodeOf(response));
    return this.work.attempt();
  }

  @Get('slow/:name')
  async slow(@Param('name') name: string) {
    this.work.note(`${name} before`);
    await this.work.waiting;
    return this.work.attempt();
  }
}

type Listener = (request: IncomingMessage, response: ServerResponse) => void;
/** Sends a request to an application past any socket; gives the text of the answer. */
type Send = (app: App, path: string, token: string) => Promise<string>;

const instanceOf = (app: App): unknown => app.nest.getHttpAdapter().getInstance();

const inject: Send = async (app, path, token) => {
  const answer = await (app.nest as NestFastifyApplication).inject({
    url: path,
    headers: { authorization: `Bearer ${token}` },
  });
  return answer.body;
};

const injectStream: Send = async (app, path, token) => {
  const answer = await (app.nest as NestFastifyApplication).inject({
    url: path,
    headers: { authorization: `Bearer ${token}` },
    payloadAsStream: true,
  });
  const chunks: string[] = [];
  for await (const chunk of answer.stream()) chunks.push(String(chunk));
  return chunks.join('');
};

const lambda: Send = async (app, path, token) => {
  const handler = serverless(instanceOf(app) as (...given: unknown[]) => unknown);
  const event = {
    version: '2.0',
    rawPath: path,
    rawQueryString: '',
    headers: { authorization: `Bearer ${token}` },
    requestContext: { http: { method: 'GET', path, sourceIp: '127.0.0.1' } },
  };
  return ((await handler(event, {})) as { readonly body: string }).body;
};

/** A request as adapters make it that have an event in place of a connection. */
function requestOfEvent(path: string, token: string): IncomingMessage {
  const request = new IncomingMessage(socketOf('127.0.0.1'));
  request.push(null);
  return Object.assign(request, { method: 'GET', url: path, headers: { authorization: `Bearer ${token}` } });
}

/** What stands in for a connection: a stream, as in the adapters of several platforms. */
function socketOf(remoteAddress: string): Socket & PassThrough {
  return Object.assign(new PassThrough(), { remoteAddress }) as unknown as Socket & PassThrough;
}

/** Node's own response, whose connection is a stream in memory. */
const collecting: Send = async (app, path, token) => {
  const request = requestOfEvent(path, token);
  const response = new ServerResponse(request);
  const socket = socketOf('127.0.0.1');
  response.assignSocket(socket);
  response.once('finish', () => socket.end());
  (instanceOf(app) as Listener)(request, response);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString().split('\r\n\r\n')[1] ?? '';
};

/** A response with an end() of its own, after which the fields of Node's own still say that nothing ended. */
const overriding: Send = (app, path, token) => {
  const request = requestOfEvent(path, token);
  return new Promise((resolve) => {
    // Express replaces the prototype, so it is a member of the object itself.
    const response: ServerResponse = Object.assign(new ServerResponse(request), {
      end(body?: unknown): ServerResponse {
        response.emit('finish');
        response.emit('close');
        resolve(String(body));
        return response;
      },
    });
    (instanceOf(app) as Listener)(request, response);
  });
};

/** A response that is nothing but an emitter, on which Express puts its own prototype. */
const mocked: Send = (app, path, token) => {
  const request = requestOfEvent(path, token);
  return new Promise((resolve) => {
    const headers = new Map<string, unknown>();
    const response = Object.assign(new EventEmitter(), {
      statusCode: 200,
      headersSent: false,
      setHeader: (name: string, value: unknown) => headers.set(name.toLowerCase(), value),
      getHeader: (name: string) => headers.get(name.toLowerCase()),
      getHeaders: () => Object.fromEntries(headers),
      hasHeader: (name: string) => headers.has(name.toLowerCase()),
      removeHeader: (name: string) => headers.delete(name.toLowerCase()),
      writeHead: () => response,
      write: () => true,
      end: (body: unknown) => {
        response.headersSent = true;
        response.emit('finish');
        response.emit('close');
        resolve(String(body));
      },
    });
    (instanceOf(app) as Listener)(request, response as unknown as ServerResponse);
  });
};

const WAYS: [name: string, adapter: Adapter, send: Send][] = [
  ['inject() of Fastify', 'fastify', inject],
  ['inject() of Fastify with a stream', 'fastify', injectStream],
  ['serverless-http on Express', 'express', lambda],
  ['a collecting response on Express', 'express', collecting],
  ['a response with an end() of its own on Express', 'express', overriding],
  ['a mocked response on Express', 'express', mocked],
];

describe.each(WAYS)('The request context without a connection, by %s', (_name, adapter, send) => {
  async function start() {
    const world = await startWorld();
    const app = await startApp(adapter, world.options(), {
      controllers: [LateController],
      providers: [LateWork],
    });
    return { world, app, work: app.nest.get(LateWork) };
  }

  it('has the caller in the handler, and ends with the response', async () => {
    const { world, app, work } = await start();
    expect(await send(app, '/late/adele', world.token())).toBe(ADELE.oid);
    work.goOn();
    for (const late of ['promise', 'timer', 'finish']) {
      expect(await work.outcome(`adele ${late}`)).toBe(ENDED);
    }
    expect(world.exchanges()).toHaveLength(1);
  });

  it('keeps overlapping requests of two users apart', async () => {
    const { world, app, work } = await start();
    const slow = send(app, '/slow/adele', world.token());
    expect(await work.outcome('adele before')).toBe(ADELE.oid);
    expect(await send(app, '/late/ben', world.token({ oid: BEN.oid }))).toBe(BEN.oid);
    expect(await work.outcome('ben finish')).toBe(ENDED);
    work.goOn();
    expect(await slow).toBe(ADELE.oid);
    for (const late of ['promise', 'timer']) expect(await work.outcome(`ben ${late}`)).toBe(ENDED);
  });
});
