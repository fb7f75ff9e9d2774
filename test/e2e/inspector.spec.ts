import { BadGatewayException, Controller, Get, Module } from '@nestjs/common';
import {
  AuthModule,
  DownstreamScopes,
  Public,
  RequiredScopes,
  TokenAcquisitionService,
  type EntraAuthOptions,
} from 'nestjs-entra';
import { InspectorModule } from 'nestjs-entra/inspector';
import { request as httpRequest } from 'node:http';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ADAPTERS, startApp, startModule, type Adapter, type App } from '../support/nest-app.js';
import { ADELE, API, startWorld, type World } from '../support/world.js';

@Controller()
class RoutesController {
  constructor(private readonly tokens: TokenAcquisitionService) {}

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

/** A stream of server-sent events, read as a browser reads it. */
async function watch(app: App, headers: Record<string, string> = {}) {
  const aborter = new AbortController();
  onTestFinished(() => aborter.abort());
  const url = (await app.nest.getUrl()).replace('[::1]', '127.0.0.1').replace('localhost', '127.0.0.1');
  const response = await fetch(`${url}/inspector/events`, { headers, signal: aborter.signal });
  const items = new Map<number, Item>();
  const seen = { response, items, raw: '', snapshots: 0, isEnded: false, stop: () => aborter.abort() };
  const read = async () => {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of response.body ?? []) {
      const text = decoder.decode(chunk as Uint8Array, { stream: true });
      seen.raw += text;
      const blocks = (rest + text).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const name = /^event: (.*)$/m.exec(block)?.[1];
        const data = /^data: (.*)$/m.exec(block)?.[1];
        if (name === 'snapshot') {
          seen.snapshots += 1;
          items.clear();
        }
        for (const item of data ? (JSON.parse(data) as Item[]) : []) items.set(item.id, item);
      }
    }
  };
  void read()
    .catch(() => undefined)
    .then(() => (seen.isEnded = true));
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
});
