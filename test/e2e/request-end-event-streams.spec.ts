import { AsyncResource } from 'node:async_hooks';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { Controller, Get, Param, Res, Sse, type MessageEvent } from '@nestjs/common';
import { concatMap, from, interval, map, Observable, Subject, take } from 'rxjs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ENDED, LateWork, nodeOf, type AnyResponse } from '../support/late-work.js';
import { ADAPTERS, startApp, type Adapter } from '../support/nest-app.js';
import { ADELE, BEN, startWorld } from '../support/world.js';

/** What is published to all subscribers. */
class Events extends Subject<string> {}

@Controller()
class EventsController {
  constructor(
    private readonly work: LateWork,
    private readonly events: Events,
  ) {}

  private readonly asCaller = (event: unknown): Observable<MessageEvent> =>
    from(this.work.attempt()).pipe(map((oid) => ({ data: `${String(event)} ${oid}` })));

  /** Emits by itself: what it does is started by the subscription of its client. */
  @Sse('own/:name')
  own(@Param('name') name: string, @Res({ passthrough: true }) response: AnyResponse) {
    this.work.outlive(name);
    this.work.listen(name, nodeOf(response));
    return interval(5).pipe(concatMap(this.asCaller));
  }

  @Sse('complete/:name')
  complete(@Param('name') name: string, @Res({ passthrough: true }) response: AnyResponse) {
    this.work.outlive(name);
    this.work.listen(name, nodeOf(response));
    return interval(5).pipe(take(2), concatMap(this.asCaller));
  }

  /** Emits when something is published, in the context of the publisher. */
  @Sse('shared')
  shared() {
    return this.events.pipe(concatMap(this.asCaller));
  }

  /** The same, with callbacks bound to the request that subscribes. */
  @Sse('bound/:name')
  bound(@Param('name') name: string) {
    return new Observable<string>((subscriber) => {
      // Not unsubscribed when the client leaves: as a registration that is forgotten.
      this.events.subscribe(
        AsyncResource.bind((event: string) => {
          this.work.note(`${name} ${event}`);
          subscriber.next(event);
        }),
      );
    }).pipe(concatMap(this.asCaller));
  }

  @Get('publish/:event')
  publish(@Param('event') event: string) {
    this.events.next(event);
    return this.work.attempt();
  }
}

/** A client of an event stream. */
class Listener {
  #read = '';

  private constructor(private readonly response: IncomingMessage) {
    response.setEncoding('utf8').on('data', (chunk: string) => (this.#read += chunk));
    response.on('error', () => undefined);
  }

  static async open(url: string, token: string): Promise<Listener> {
    const sent = httpRequest(url, { headers: { authorization: `Bearer ${token}` }, agent: false });
    sent.on('error', () => undefined).end();
    onTestFinished(() => void sent.destroy());
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    if (response.statusCode !== 200) throw new Error(`Got ${response.statusCode}`);
    return new Listener(response);
  }

  get events(): string[] {
    return [...this.#read.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => data);
  }

  /** Waits until there are so many events. */
  received(count: number): Promise<string[]> {
    return vi.waitFor(
      () => {
        const { events } = this;
        if (events.length < count) throw new Error(`Got ${events.length} of ${count} events`);
        return events;
      },
      { timeout: 10_000 },
    );
  }

  leave(): void {
    this.response.destroy();
  }
}

describe.each(ADAPTERS)('The request context of event streams on %s', (adapter: Adapter) => {
  async function start() {
    const world = await startWorld();
    const app = await startApp(adapter, world.options(), {
      controllers: [EventsController],
      providers: [LateWork, Events],
    });
    const url = (await app.nest.getUrl()).replace('localhost', '127.0.0.1');
    const adele = world.token();
    const ben = world.token({ oid: BEN.oid });
    const open = (path: string, token: string) => Listener.open(`${url}${path}`, token);
    const publish = (event: string) => app.nest.get(Events).next(event);
    return { app, adele, ben, work: app.nest.get(LateWork), open, publish };
  }

  it('gives each stream its own caller while it is open', async () => {
    const { adele, ben, open } = await start();
    const [first, second] = await Promise.all([open('/own/adele', adele), open('/own/ben', ben)]);
    expect((await first.received(5)).slice(0, 5)).toEqual(
      [0, 1, 2, 3, 4].map((event) => `${event} ${ADELE.oid}`),
    );
    expect((await second.received(5)).slice(0, 5)).toEqual(
      [0, 1, 2, 3, 4].map((event) => `${event} ${BEN.oid}`),
    );
  });

  it('has no caller once the client left, and leaves the other streams alone', async () => {
    const { adele, ben, work, open } = await start();
    const [first, second] = await Promise.all([open('/own/adele', adele), open('/own/ben', ben)]);
    await Promise.all([first.received(1), second.received(1)]);
    first.leave();
    expect(await work.outcome('adele close')).toBe(ENDED);
    work.goOn();
    for (const late of ['promise', 'timer']) {
      expect(await work.outcome(`adele ${late}`)).toBe(ENDED);
      expect(await work.outcome(`ben ${late}`)).toBe(BEN.oid);
    }
    const seen = second.events.length;
    expect(new Set((await second.received(seen + 3)).map((data) => data.split(' ')[1]))).toEqual(
      new Set([BEN.oid]),
    );
  });

  it('has no caller once the stream is complete', async () => {
    const { adele, work, open } = await start();
    const stream = await open('/complete/adele', adele);
    expect(await stream.received(2)).toEqual([`0 ${ADELE.oid}`, `1 ${ADELE.oid}`]);
    expect(await work.outcome('adele finish')).toBe(ENDED);
    work.goOn();
    for (const late of ['promise', 'timer']) expect(await work.outcome(`adele ${late}`)).toBe(ENDED);
  });

  it('runs subscribers of a shared subject in the context of the emitter, which has no caller by itself', async () => {
    const { app, adele, ben, open, publish } = await start();
    const [first, second] = await Promise.all([open('/shared', adele), open('/shared', ben)]);
    publish('nobody');
    expect(await first.received(1)).toEqual([`nobody ${ENDED}`]);
    expect(await second.received(1)).toEqual([`nobody ${ENDED}`]);
    expect((await app.get('/publish/request', ben)).text).toBe(BEN.oid);
    expect((await first.received(2))[1]).toMatch(new RegExp(`^request (${BEN.oid}|${ENDED})$`));
  });

  it('runs bound subscribers of a shared subject as their own callers, and as nobody once they left', async () => {
    const { app, adele, ben, work, open, publish } = await start();
    const [first, second] = await Promise.all([open('/bound/adele', adele), open('/bound/ben', ben)]);
    publish('nobody');
    expect(await first.received(1)).toEqual([`nobody ${ADELE.oid}`]);
    expect(await second.received(1)).toEqual([`nobody ${BEN.oid}`]);
    expect((await app.get('/publish/request', ben)).text).toBe(BEN.oid);
    expect((await first.received(2))[1]).toBe(`request ${ADELE.oid}`);
    expect((await second.received(2))[1]).toBe(`request ${BEN.oid}`);
    first.leave();
    // The server learns of it with the next event of the socket.
    let round = 0;
    await vi.waitFor(
      async () => {
        publish(`left ${++round}`);
        expect(await work.outcome(`adele left ${round}`)).toBe(ENDED);
      },
      { timeout: 10_000 },
    );
    expect(await work.outcome(`ben left ${round}`)).toBe(BEN.oid);
  });
});
