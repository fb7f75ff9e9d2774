import type { INestApplication, Type } from '@nestjs/common';
import { Controller, Get } from '@nestjs/common';
import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import {
  McpController,
  McpHttpControllerFor,
  McpStrategy,
  StreamableHttpTransport,
  Tool,
} from '@rekog/mcp-nest';
import { ConfigurationError, type EntraAuthModuleExtras, type EntraAuthOptions } from 'nestjs-entra';
import { describe, expect, it } from 'vitest';
import { startApp } from '../support/nest-app.js';
import { startWorld } from '../support/world.js';

@McpController()
class Tools {
  @Tool({ name: 'greet', description: 'Greets' })
  greet() {
    return 'hello';
  }
}

const LIST = { jsonrpc: '2.0', id: 1, method: 'tools/list' };

/** When a strategy mounts its route: at once, later than its first `await`, or when it has said that it is ready. */
type Moment = 'at once' | 'after an await' | 'after it is ready';

class MountingStrategy extends Server implements CustomTransportStrategy {
  constructor(
    private readonly mount: (path: string) => unknown,
    private readonly moment: Moment,
  ) {
    super();
  }

  listen(callback: () => void): unknown {
    if (this.moment === 'after an await') return this.#listenLater(callback);
    if (this.moment === 'at once') this.mount('/own');
    callback();
    if (this.moment === 'after it is ready') this.mount('/own');
    return undefined;
  }

  async #listenLater(callback: () => void): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.mount('own');
    callback();
  }

  close(): void {}
  on(): void {}
  unwrap<T>(): T {
    return undefined as T;
  }
}

function mcpStrategy(nest: INestApplication, transport: StreamableHttpTransport): McpStrategy {
  return new McpStrategy({
    name: 'test',
    version: '1.0.0',
    transports: [transport],
    httpAdapter: nest.getHttpAdapter(),
  });
}

function post(url: string, body: object, token?: string) {
  return fetch(`${url}/mcp`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(20_000),
  });
}

describe.each(['express', 'fastify'] as const)('transports of microservices on %s', (adapter) => {
  /** Starts an application with one strategy; `inherit` is `inheritAppConfig`. */
  async function start(
    strategyFor: (nest: INestApplication) => CustomTransportStrategy,
    {
      options,
      controllers = [],
      inherit = false,
      prepare,
    }: {
      readonly options?: Partial<EntraAuthOptions & EntraAuthModuleExtras>;
      readonly controllers?: Type[];
      readonly inherit?: boolean;
      readonly prepare?: (nest: INestApplication) => void;
    } = {},
  ) {
    const world = await startWorld();
    const app = await startApp(
      adapter,
      { ...world.options(), ...options },
      { controllers: [Tools, ...controllers] },
      async (nest) => {
        nest.connectMicroservice({ strategy: strategyFor(nest) }, { inheritAppConfig: inherit });
        prepare?.(nest);
        await nest.startAllMicroservices();
      },
    );
    return { world, app, url: (await app.nest.getUrl()).replace('localhost', '127.0.0.1') };
  }

  const mounting = (nest: INestApplication, moment: Moment = 'at once') =>
    new MountingStrategy(
      (path) =>
        nest.getHttpAdapter().get(path, (_request: unknown, reply: { send(body: string): unknown }) => {
          reply.send('canary');
        }),
      moment,
    );

  it.each([false, true])(
    'stops the boot when McpStrategy mounts its own routes (inheritAppConfig: %s)',
    async (inherit) => {
      const starting = start((nest) => mcpStrategy(nest, new StreamableHttpTransport()), { inherit });
      const error: unknown = await starting.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(ConfigurationError);
      expect((error as ConfigurationError).faults).toEqual([
        'McpStrategy mounts POST /mcp, GET /mcp, DELETE /mcp on the HTTP adapter, where no guard runs; serve the transport through a controller, such as a subclass of McpHttpControllerFor(transport) of @rekog/mcp-nest.',
      ]);
    },
  );

  it.each(['at once', 'after an await'] as const)(
    'stops the boot when another strategy mounts a route %s',
    async (moment) => {
      await expect(start((nest) => mounting(nest, moment))).rejects.toThrow(
        'MountingStrategy mounts GET /own on the HTTP adapter',
      );
    },
  );

  it('stops the boot when a strategy mounts middleware under a path', async () => {
    const strategyFor = (nest: INestApplication) =>
      new MountingStrategy((path) => nest.use(path, () => undefined), 'at once');
    await expect(start(strategyFor)).rejects.toThrow('MountingStrategy mounts use() /own');
  });

  it('does not mount the route of a strategy that is already ready, and logs an error', async () => {
    const { app } = await start((nest) => mounting(nest, 'after it is ready'));
    expect((await app.get('/own')).status).toBe(404);
    const errors = app.log.filter((line) => line.startsWith('error MountingStrategy mounts GET /own'));
    expect(errors).toHaveLength(1);
  });

  it('does not mount the route of a strategy that starts when the application listens', async () => {
    const { app } = await start((nest) => mcpStrategy(nest, new StreamableHttpTransport({ mount: false })));
    const strategy = mounting(app.nest);
    app.nest.connectMicroservice({ strategy });
    await expect(app.nest.startAllMicroservices()).rejects.toThrow(ConfigurationError);
    expect((await app.get('/own')).status).toBe(404);
  });

  it('warns once, and the route answers without a token, with unguardedEntryPoints: warn', async () => {
    const { app, url } = await start((nest) => mcpStrategy(nest, new StreamableHttpTransport()), {
      options: { unguardedEntryPoints: 'warn' },
    });
    const warnings = app.log.filter((line) => line.startsWith('warn McpStrategy mounts'));
    expect(warnings).toHaveLength(1);
    expect(await (await post(url, LIST)).text()).toContain('greet');
  });

  it('accepts an McpStrategy whose routes a guarded controller serves', async () => {
    const transport = new StreamableHttpTransport();
    @Controller('mcp')
    class McpRoute extends McpHttpControllerFor(transport) {}
    const { world, url } = await start((nest) => mcpStrategy(nest, transport), { controllers: [McpRoute] });
    expect((await post(url, LIST)).status).toBe(401);
    expect(await (await post(url, LIST, world.token())).text()).toContain('greet');
  });

  it('leaves routes that the application mounts on the adapter as they are', async () => {
    @Controller()
    class NewsController {
      @Get('news')
      news() {
        return 'news';
      }
    }
    const transport = new StreamableHttpTransport();
    @Controller('mcp')
    class McpRoute extends McpHttpControllerFor(transport) {}
    const { app } = await start((nest) => mcpStrategy(nest, transport), {
      controllers: [McpRoute, NewsController],
      prepare: (nest) => {
        nest.getHttpAdapter().get('/docs', (_request: unknown, reply: { send(body: string): unknown }) => {
          reply.send('documentation');
        });
      },
    });
    expect((await app.get('/docs')).text).toBe('documentation');
    expect((await app.get('/news')).status).toBe(401);
    expect(app.log.join('\n')).not.toContain('on the HTTP adapter');
  });

  it('does not look at strategies without the global guard', async () => {
    const { app } = await start((nest) => mounting(nest), { options: { globalGuard: false } });
    expect(app.log.join('\n')).not.toContain('on the HTTP adapter');
  });
});
