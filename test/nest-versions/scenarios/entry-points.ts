import assert from 'node:assert/strict';
import type { AddressInfo, Server } from 'node:net';
import { Controller, Module, UseGuards, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  ClientTCP,
  MessagePattern,
  Server as MicroserviceServer,
  Transport,
  type CustomTransportStrategy,
} from '@nestjs/microservices';
import { WsAdapter } from '@nestjs/platform-ws';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { AuthModule, ConfigurationError, JwtAuthGuard, Public, RequiredScopes } from 'nestjs-entra';
import { lastValueFrom } from 'rxjs';
import type { NestApplication, Scenario, Stage } from '../support/scenario.js';

@Controller()
class UndecidedController {
  @MessagePattern('created')
  created() {
    return 'created';
  }
}

class MyGuard extends JwtAuthGuard {}

@Controller()
class DecidedController {
  @MessagePattern('guarded')
  @UseGuards(MyGuard)
  guarded() {
    return 'guarded';
  }

  @MessagePattern('scoped')
  @RequiredScopes('access_as_user')
  scoped() {
    return 'scoped';
  }

  @MessagePattern('open')
  @Public()
  open() {
    return 'open';
  }
}

@Public()
@Controller()
class OpenController {
  @MessagePattern('open')
  open() {
    return 'open';
  }
}

class InheritedController extends OpenController {}
Controller()(InheritedController);

@WebSocketGateway()
class UndecidedGateway {
  @SubscribeMessage('ping')
  ping(data: unknown) {
    return data;
  }
}

@WebSocketGateway()
@UseGuards(JwtAuthGuard)
class GuardedGateway extends UndecidedGateway {}

/** Mounts its route while it starts, as transports of the Model Context Protocol do. */
class MountingStrategy extends MicroserviceServer implements CustomTransportStrategy {
  constructor(private readonly mount: (path: string) => unknown) {
    super();
  }

  async listen(callback: (error?: unknown) => void): Promise<void> {
    try {
      this.mount('/own');
      callback();
    } catch (error) {
      callback(error);
    }
  }

  close(): void {}
  on(): void {}
  unwrap<T>(): T {
    return undefined as T;
  }
}

async function startMounting(nest: NestApplication): Promise<void> {
  const adapter = nest.getHttpAdapter();
  // The application's own page is left alone.
  adapter.get('/docs', (_request: unknown, reply: { send(body: string): unknown }) => {
    reply.send('documentation');
  });
  nest.connectMicroservice({ strategy: new MountingStrategy((path) => adapter.post(path, () => undefined)) });
  await nest.startAllMicroservices();
}

interface Shape {
  readonly controllers?: Type[];
  readonly providers?: Type[];
  readonly options?: object;
}

function root(stage: Stage, { controllers = [], providers = [], options }: Shape): Type {
  @Module({ imports: [AuthModule.forRoot({ ...stage.options(), ...options })], controllers, providers })
  class RootModule {}
  return RootModule;
}

async function assertStops(stage: Stage, shape: Shape, ...parts: string[]): Promise<void> {
  const error = await stage.stoppedBy(root(stage, shape));
  assert.ok(error instanceof ConfigurationError, String(error));
  assert.equal(error.faults.length, 1, error.message);
  for (const part of parts) assert.ok(error.message.includes(part), error.message);
}

export const SCENARIOS: readonly Scenario[] = [
  {
    title: 'a message handler with neither JwtAuthGuard nor @Public() stops the boot',
    run: async (stage) => {
      await assertStops(stage, { controllers: [UndecidedController] }, 'UndecidedController.created');
      await assertStops(stage, { controllers: [InheritedController] }, 'InheritedController.open');
    },
  },
  {
    title: 'a message handler without a decision stops the boot of a microservice',
    run: async (stage) => {
      const module = root(stage, { controllers: [UndecidedController] });
      await assert.rejects(
        NestFactory.createMicroservice(module, {
          transport: Transport.TCP,
          logger: false,
          abortOnError: false,
        }),
        ConfigurationError,
      );
    },
  },
  {
    title: 'a gateway with neither JwtAuthGuard nor @Public() stops the boot',
    run: (stage) => assertStops(stage, { providers: [UndecidedGateway] }, 'UndecidedGateway.ping'),
  },
  {
    title: 'message handlers without a decision are named in a warning each with unguardedEntryPoints: warn',
    run: async (stage) => {
      const options = { unguardedEntryPoints: 'warn' };
      const shape = { controllers: [UndecidedController], providers: [UndecidedGateway], options };
      const app = await stage.start(root(stage, shape), (nest) =>
        nest.useWebSocketAdapter(new WsAdapter(nest)),
      );
      const warned = (name: string) =>
        app.log.filter((line) => line.startsWith('warn') && line.includes(name));
      assert.equal(warned('UndecidedController.created').length, 1, app.log.join('\n'));
      assert.equal(warned('UndecidedGateway.ping').length, 1);
    },
  },
  {
    title: 'message handlers are not looked at without the global guard',
    run: async (stage) => {
      await stage.start(root(stage, { controllers: [UndecidedController], options: { globalGuard: false } }));
    },
  },
  {
    title: 'a hybrid application with decided handlers starts, and only public ones answer',
    run: async (stage) => {
      const module = root(stage, {
        controllers: [DecidedController, OpenController],
        providers: [GuardedGateway],
      });
      let server: Server | undefined;
      await stage.start(module, async (nest) => {
        nest.useWebSocketAdapter(new WsAdapter(nest));
        const service = nest.connectMicroservice({
          transport: Transport.TCP,
          options: { host: '127.0.0.1', port: 0 },
        });
        await nest.startAllMicroservices();
        // Before Nest 11 the server is a private member.
        const { server: old } = service as unknown as { server?: { server?: Server } };
        server = typeof service.unwrap === 'function' ? service.unwrap<Server>() : old?.server;
      });
      assert.ok(server);
      const { port } = server.address() as AddressInfo;
      const client = new ClientTCP({ host: '127.0.0.1', port });
      stage.onEnd(() => client.close());
      const ask = (pattern: string) => lastValueFrom(client.send<unknown, object>(pattern, {}));
      assert.equal(await ask('open'), 'open');
      await assert.rejects(ask('guarded'));
      await assert.rejects(ask('scoped'));
    },
  },
  {
    title: 'a transport strategy that mounts a route on the HTTP adapter stops the boot',
    run: async (stage) => {
      const error = await stage.stoppedBy(root(stage, {}), startMounting);
      assert.ok(error instanceof ConfigurationError, String(error));
      assert.equal(error.faults.length, 1, error.message);
      assert.match(error.message, /trategy mounts POST \/own on the HTTP adapter/);
    },
  },
  {
    title: 'a route of a transport strategy is named in one warning with unguardedEntryPoints: warn',
    run: async (stage) => {
      const app = await stage.start(
        root(stage, { options: { unguardedEntryPoints: 'warn' } }),
        startMounting,
      );
      const warnings = app.log.filter((line) => line.includes('mounts POST /own on the HTTP adapter'));
      assert.equal(warnings.length, 1, app.log.join('\n'));
      assert.equal((await app.get('/docs')).text, 'documentation');
    },
  },
];
