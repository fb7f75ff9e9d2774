import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { Controller, Get, Res, StreamableFile } from '@nestjs/common';
import { CurrentUser, EntraAuthError, TokenAcquisitionService } from 'nestjs-entra';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ADAPTERS, startApp, type App } from '../support/nest-app.js';
import { claimsOf } from '../support/tokens.js';
import { ADELE, BEN, startWorld } from '../support/world.js';

/** Node's own response behind that of Express or Fastify. */
interface AnyResponse {
  readonly raw?: NodeResponse;
  hijack?(): void;
}
interface NodeResponse extends NodeJS.EventEmitter {
  readonly writableNeedDrain: boolean;
  write(chunk: string): boolean;
  end(chunk?: string): unknown;
}
const nodeOf = (response: AnyResponse): NodeResponse => response.raw ?? (response as unknown as NodeResponse);

const CHUNK = 256 * 1024;
/** More than the buffers of both ends of a connection hold. */
const CHUNKS = 100;

/** What listeners of the end of a response came to. */
let late: string[];
/** The response whose client does not read, until it waits for the client. */
let waiting: NodeResponse | undefined;
beforeEach(() => {
  late = [];
  waiting = undefined;
});

@Controller()
class PipelinedController {
  constructor(private readonly tokens: TokenAcquisitionService) {}

  /** Whose token there is, or why there is none. */
  private async attempt(): Promise<string> {
    try {
      return String(claimsOf(await this.tokens.getAccessTokenForUser('api://orders/Read'))['oid']);
    } catch (error) {
      return error instanceof EntraAuthError ? error.code : String(error);
    }
  }

  @Get('listeners')
  async listeners(@CurrentUser('oid') oid: string, @Res({ passthrough: true }) response: AnyResponse) {
    for (const event of ['prefinish', 'finish', 'close']) {
      nodeOf(response).once(event, () => void this.attempt().then((outcome) => late.push(outcome)));
    }
    return `[${oid} ${await this.attempt()}]`;
  }

  /** A body that is made as the client reads it, on behalf of the caller. */
  @Get('body')
  body(@Res({ passthrough: true }) response: AnyResponse) {
    waiting = nodeOf(response);
    const attempt = () => this.attempt();
    async function* parts() {
      for (let part = 0; part < CHUNKS; part++) yield `[${await attempt()}]`.padEnd(CHUNK);
    }
    return new StreamableFile(Readable.from(parts(), { objectMode: false }));
  }

  /** Writes while the response before it on the connection waits for the client. */
  @Get('writes')
  async writes(@Res() response: AnyResponse) {
    response.hijack?.();
    const node = nodeOf(response);
    while (waiting?.writableNeedDrain !== true) await new Promise(setImmediate);
    for (let part = 0; part < 20; part++) {
      node.write('-');
      await new Promise(setImmediate);
    }
    node.end(`[${await this.attempt()}]`);
    late.push('written');
  }
}

describe.each(ADAPTERS)('Requests of two users on one connection on %s', (adapter) => {
  async function start() {
    const world = await startWorld();
    const app = await startApp(adapter, world.options(), { controllers: [PipelinedController] });
    return { app, tokens: [world.token(), world.token({ oid: BEN.oid })] as const };
  }

  /** Sends requests without waiting for responses (RFC 9112 section 9.3.2); the last one closes the connection. */
  async function pipeline(
    app: App,
    requests: readonly (readonly [path: string, token: string])[],
  ): Promise<Socket> {
    const socket = connect(Number(new URL(await app.nest.getUrl()).port), '127.0.0.1');
    await once(socket, 'connect');
    requests.forEach(([path, token], index) => {
      const connection = index === requests.length - 1 ? 'close' : 'keep-alive';
      socket.write(
        `GET ${path} HTTP/1.1\r\nHost: api\r\nAuthorization: Bearer ${token}\r\nConnection: ${connection}\r\n\r\n`,
      );
    });
    return socket;
  }

  /** What the responses hold in brackets. */
  async function read(socket: Socket): Promise<string[]> {
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    return [...text.matchAll(/\[([^\]]*)\]/g)].map(([, found = '']) => found);
  }

  it('have no caller in listeners of the end of their responses', async () => {
    const { app, tokens } = await start();
    const requests = Array.from(
      { length: 40 },
      (_, index) => ['/listeners', tokens[index % 2] ?? ''] as const,
    );
    const owners = (await read(await pipeline(app, requests))).map((pair) => new Set(pair.split(' ')).size);
    expect(owners).toEqual(Array.from({ length: 40 }, () => 1));
    await vi.waitFor(() => expect(late).toHaveLength(120));
    expect(new Set(late)).toEqual(new Set(['no_user_assertion']));
  });

  it('do not act for each other when a body is made as its client reads it', async () => {
    const { app, tokens } = await start();
    const socket = await pipeline(app, [
      ['/body', tokens[0]],
      ['/writes', tokens[1]],
    ]);
    await vi.waitFor(() => expect(late).toContain('written'), { timeout: 10_000 });
    const owners = await read(socket);
    expect(owners.pop()).toBe(BEN.oid);
    expect(owners).toEqual(Array.from({ length: CHUNKS }, () => ADELE.oid));
  });
});
