import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { Controller, Get, Param, Res, StreamableFile } from '@nestjs/common';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ENDED, LateWork, nodeOf, type AnyResponse } from '../support/late-work.js';
import { ADAPTERS, startApp } from '../support/nest-app.js';
import { ADELE, startWorld } from '../support/world.js';

@Controller()
class LateController {
  constructor(private readonly work: LateWork) {}

  @Get('late/:name')
  late(@Param('name') name: string, @Res({ passthrough: true }) response: AnyResponse) {
    this.work.outlive(name);
    this.work.listen(name, nodeOf(response));
    return this.work.attempt();
  }

  @Get('stream/:name')
  stream(@Param('name') name: string, @Res({ passthrough: true }) response: AnyResponse) {
    this.work.outlive(name);
    this.work.listen(name, nodeOf(response));
    const body = new PassThrough();
    // A client that leaves destroys the body.
    body.on('error', () => undefined);
    void (async () => {
      body.write(await this.work.attempt());
      await this.work.waiting;
      body.end(` ${await this.work.attempt()}`);
    })();
    return new StreamableFile(body);
  }
}

const REQUESTS: [name: string, version: string, headers: readonly string[]][] = [
  ['HTTP/1.0', 'HTTP/1.0', []],
  ['HTTP/1.0 with Connection: keep-alive', 'HTTP/1.0', ['Connection: keep-alive']],
  ['HTTP/1.1 with Connection: close', 'HTTP/1.1', ['Connection: close']],
];

describe.each(ADAPTERS)('The request context on %s', (adapter) => {
  async function start() {
    const world = await startWorld();
    const app = await startApp(adapter, world.options(), {
      controllers: [LateController],
      providers: [LateWork],
    });
    const port = Number(new URL(await app.nest.getUrl()).port);
    const send = async (path: string, version: string, headers: readonly string[], method = 'GET') => {
      const socket = connect({ port, host: '127.0.0.1' });
      onTestFinished(() => void socket.destroy());
      await once(socket, 'connect');
      const lines = [`${method} ${path} ${version}`, 'Host: api', `Authorization: Bearer ${world.token()}`];
      socket.write(`${[...lines, ...headers].join('\r\n')}\r\n\r\n`);
      return collect(socket);
    };
    return { work: app.nest.get(LateWork), send };
  }

  it.each(REQUESTS)('ends with the response, %s', async (_name, version, headers) => {
    const { work, send } = await start();
    const { received } = await send('/late/adele', version, headers);
    await received(ADELE.oid);
    work.goOn();
    for (const late of ['promise', 'timer', 'finish', 'close']) {
      expect(await work.outcome(`adele ${late}`)).toBe(ENDED);
    }
  });

  it.each(REQUESTS)('lasts while a body is written, and not longer, %s', async (_name, version, headers) => {
    const { work, send } = await start();
    const { received } = await send('/stream/adele', version, headers);
    await received(ADELE.oid);
    work.goOn();
    // The body is not complete yet when these go on.
    expect(await work.outcome('adele promise')).toBe(ADELE.oid);
    await received(` ${ADELE.oid}`);
    for (const late of ['finish', 'close']) expect(await work.outcome(`adele ${late}`)).toBe(ENDED);
  });

  it.each(REQUESTS)(
    'ends when the client leaves while a body is written, %s',
    async (_name, version, headers) => {
      const { work, send } = await start();
      const { socket, received } = await send('/stream/adele', version, headers);
      await received(ADELE.oid);
      socket.destroy();
      expect(await work.outcome('adele close')).toBe(ENDED);
      work.goOn();
      for (const late of ['promise', 'timer']) expect(await work.outcome(`adele ${late}`)).toBe(ENDED);
    },
  );

  it('ends with a response to HEAD on a connection that closes', async () => {
    const { work, send } = await start();
    const { received } = await send('/late/adele', 'HTTP/1.1', ['Connection: close'], 'HEAD');
    await received('200 OK');
    expect(await work.outcome('adele finish')).toBe(ENDED);
    expect(await work.outcome('adele close')).toBe(ENDED);
  });
});

/** Keeps what comes in. */
function collect(socket: Socket) {
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  socket.on('error', () => undefined);
  const received = (part: string) => vi.waitFor(() => expect(text).toContain(part), { timeout: 10_000 });
  return { socket, received };
}
