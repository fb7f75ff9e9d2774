import assert from 'node:assert/strict';
import type { AddressInfo, Server } from 'node:net';
import { Controller, Module, UseGuards, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientTCP, MessagePattern, Transport } from '@nestjs/microservices';
import { WsAdapter } from '@nestjs/platform-ws';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { AuthModule, ConfigurationError, JwtAuthGuard, Public, RequiredScopes } from 'nestjs-entra';
import { lastValueFrom } from 'rxjs';
import type { Scenario, Stage } from '../support/scenario.js';

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
];
