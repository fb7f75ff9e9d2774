import { once } from 'node:events';
import { constants } from 'node:http2';
import { PassThrough } from 'node:stream';
import { Controller, Get, Injectable, Param, Res, StreamableFile } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { CurrentUser, JwtStrategy } from 'nestjs-entra';
import { describe, expect, it } from 'vitest';
import { makeCertificate, type TestCertificate } from '../support/certificates.js';
import { Http2ExpressAdapter } from '../support/http2-express.adapter.js';
import { Http2Session } from '../support/http2-session.js';
import { ENDED, LateWork, nodeOf, type AnyResponse } from '../support/late-work.js';
import { startApp } from '../support/nest-app.js';
import { ADELE, BEN, startWorld } from '../support/world.js';

@Controller()
class StreamsController {
  constructor(private readonly work: LateWork) {}

  @Get('late/:name')
  late(@Param('name') name: string, @Res({ passthrough: true }) response: AnyResponse) {
    this.work.outlive(name);
    this.work.listen(name, nodeOf(response));
    return this.work.attempt();
  }

  @Get('held/:name')
  async held(@Param('name') name: string, @Res({ passthrough: true }) response: AnyResponse) {
    const closed = once(nodeOf(response), 'close');
    this.work.note(`${name} before`);
    await closed;
    this.work.note(`${name} after`);
    return '';
  }

  @Get('slow/:name')
  async slow(@Param('name') name: string, @Res({ passthrough: true }) response: AnyResponse) {
    this.work.listen(name, nodeOf(response));
    this.work.note(`${name} before`);
    await this.work.waiting;
    return this.work.attempt();
  }

  @Get('turns/:count/:name')
  async turns(
    @Param('count') count: string,
    @Param('name') name: string,
    @CurrentUser('oid') oid: string,
    @Res({ passthrough: true }) response: AnyResponse,
  ) {
    this.work.listen(name, nodeOf(response));
    for (let turn = 0; turn < Number(count); turn++) await new Promise(setImmediate);
    return `${oid} ${await this.work.attempt()}`;
  }

  @Get('stream/:name')
  stream(@Param('name') name: string, @Res({ passthrough: true }) response: AnyResponse) {
    this.work.listen(name, nodeOf(response));
    const body = new PassThrough();
    void (async () => {
      body.write(await this.work.attempt());
      await this.work.waiting;
      body.end(` ${await this.work.attempt()}`);
    })();
    return new StreamableFile(body);
  }
}

type Server = (certificate: TestCertificate | undefined) => AbstractHttpAdapter;
const SERVERS: [name: string, isSecure: boolean, server: Server][] = [
  ['Fastify, cleartext', false, () => new FastifyAdapter({ http2: true })],
  [
    'Fastify, TLS',
    true,
    (tls) => new FastifyAdapter({ http2: true, https: { cert: tls?.certificate, key: tls?.privateKey } }),
  ],
  ['Express, cleartext', false, () => new Http2ExpressAdapter()],
];

describe.each(SERVERS)('The request context on HTTP/2 with %s', (_name, isSecure, server) => {
  async function start(strategy?: typeof JwtStrategy) {
    const world = await startWorld();
    const certificate = isSecure ? await makeCertificate() : undefined;
    const { nest, log } = await startApp(
      server(certificate),
      { ...world.options(), ...(strategy && { strategy }) },
      { controllers: [StreamsController], providers: [LateWork] },
    );
    const open = () =>
      Http2Session.open(nest, certificate ? { ca: certificate.certificate, rejectUnauthorized: false } : {});
    return { world, log, work: nest.get(LateWork), open, client: await open() };
  }

  it('ends with the response', async () => {
    const { world, work, client } = await start();
    expect(await client.send('/late/adele', world.token()).answer).toEqual({ status: 200, text: ADELE.oid });
    work.goOn();
    for (const late of ['promise', 'timer', 'finish', 'close']) {
      expect(await work.outcome(`adele ${late}`)).toBe(ENDED);
    }
  });

  it('ends with a response to HEAD', async () => {
    const { world, work, client } = await start();
    expect((await client.send('/late/adele', world.token(), 'HEAD').answer).status).toBe(200);
    work.goOn();
    for (const late of ['promise', 'timer', 'finish', 'close']) {
      expect(await work.outcome(`adele ${late}`)).toBe(ENDED);
    }
  });

  it('ends with a stream that the client resets, and no other stream with it', async () => {
    const { world, work, client } = await start();
    const other = client.send('/slow/ben', world.token({ oid: BEN.oid }));
    const { stream } = client.send('/held/adele', world.token());
    expect(await work.outcome('adele before')).toBe(ADELE.oid);
    expect(await work.outcome('ben before')).toBe(BEN.oid);
    stream.close(constants.NGHTTP2_CANCEL);
    expect(await work.outcome('adele after')).toBe(ENDED);
    work.goOn();
    expect((await other.answer).text).toBe(BEN.oid);
  });

  it('ends with the connection', async () => {
    const { world, work, client } = await start();
    client.send('/held/adele', world.token());
    expect(await work.outcome('adele before')).toBe(ADELE.oid);
    client.session.destroy();
    expect(await work.outcome('adele after')).toBe(ENDED);
  });

  it('lasts while a body is written, and not longer', async () => {
    const { world, work, client } = await start();
    const { stream, answer } = client.send('/stream/adele', world.token());
    await once(stream, 'data');
    work.goOn();
    expect((await answer).text).toBe(`${ADELE.oid} ${ADELE.oid}`);
    expect(await work.outcome('adele finish')).toBe(ENDED);
    expect(await work.outcome('adele close')).toBe(ENDED);
  });

  it('keeps the streams of two users on one connection apart', async () => {
    const { world, work, client } = await start();
    const slow = client.send('/slow/adele', world.token());
    expect(await work.outcome('adele before')).toBe(ADELE.oid);
    expect((await client.send('/late/ben', world.token({ oid: BEN.oid })).answer).text).toBe(BEN.oid);
    // Adele's stream is still running: what is left of Ben's acts for nobody.
    for (const late of ['finish', 'close']) expect(await work.outcome(`ben ${late}`)).toBe(ENDED);
    work.goOn();
    expect((await slow.answer).text).toBe(ADELE.oid);
    for (const late of ['promise', 'timer']) expect(await work.outcome(`ben ${late}`)).toBe(ENDED);
  });

  it('keeps hundreds of interleaved streams on one connection apart', async () => {
    const { world, work, client } = await start();
    const users = [ADELE, BEN].map(({ oid }) => ({ oid, token: world.token({ oid }) }));
    const sent = Array.from({ length: 100 }, (_unused, index) =>
      users.map(({ oid, token }) => ({
        oid,
        name: `${oid}-${index}`,
        ...client.send(`/turns/${(index * 7) % 13}/${oid}-${index}`, token),
      })),
    ).flat();
    for (const { oid, name, answer } of sent) {
      expect((await answer).text).toBe(`${oid} ${oid}`);
      expect(await work.outcome(`${name} finish`)).toBe(ENDED);
      expect(await work.outcome(`${name} close`)).toBe(ENDED);
    }
  });

  it('does not run the handler of a stream that was reset while validate() was pending', async () => {
    let enter: () => void = () => undefined;
    const entered = new Promise<void>((resolve) => (enter = resolve));
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    @Injectable()
    class SlowStrategy extends JwtStrategy {
      override async validate(request: object, claims: Parameters<JwtStrategy['validate']>[1]) {
        enter();
        await released;
        return super.validate(request, claims);
      }
    }
    const { world, work, log, client } = await start(SlowStrategy);
    const { stream } = client.send('/held/adele', world.token());
    await entered;
    const closed = once(stream, 'close');
    stream.close(constants.NGHTTP2_CANCEL);
    await closed;
    // A later frame of the same connection: the server has read the reset by the time it answers.
    await new Promise((resolve) => client.session.ping(resolve));
    release();
    await expect.poll(() => log.join('\n'), { timeout: 10_000 }).toContain(`debug ${ENDED}`);
    expect(work.has('adele before')).toBe(false);
  });
});
