import type { AddressInfo, Server } from 'node:net';
import { Controller, Module, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientTCP, MessagePattern, Transport, type MicroserviceOptions } from '@nestjs/microservices';
import { AuthModule, JwtAuthGuard, Public, RequiredScopes, TokenAcquisitionService } from 'nestjs-entra';
import { lastValueFrom, timeout } from 'rxjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startWorld, type World } from '../support/world.js';

@Controller()
class OrdersController {
  constructor(private readonly tokens: TokenAcquisitionService) {}

  @MessagePattern('guarded')
  @UseGuards(JwtAuthGuard)
  guarded() {
    return 'canary';
  }

  @MessagePattern('scoped')
  @RequiredScopes('access_as_user')
  scoped() {
    return 'canary';
  }

  @MessagePattern('open')
  @Public()
  open(data: unknown) {
    return data;
  }

  @MessagePattern('for-user')
  @Public()
  forUser() {
    return this.tokens.getAccessTokenForUser('api://orders/Read');
  }

  @MessagePattern('on-behalf-of')
  @Public()
  async onBehalfOf({ assertion }: { assertion: string }) {
    const { source } = await this.tokens.acquireTokenOnBehalfOf({ assertion, scopes: 'api://orders/Read' });
    return source;
  }
}

/** A microservice, and what asks it. */
async function startMicroservice(world: World) {
  @Module({ imports: [AuthModule.forRoot(world.options())], controllers: [OrdersController] })
  class RootModule {}
  const service = await NestFactory.createMicroservice<MicroserviceOptions>(RootModule, {
    transport: Transport.TCP,
    options: { host: '127.0.0.1', port: 0 },
    logger: false,
    abortOnError: false,
  });
  await service.listen();
  onTestFinished(() => service.close());
  const { port } = service.unwrap<Server>().address() as AddressInfo;
  const client = new ClientTCP({ host: '127.0.0.1', port });
  onTestFinished(() => client.close());
  return (pattern: string, data: unknown) =>
    lastValueFrom(client.send<unknown, unknown>(pattern, data).pipe(timeout(10_000)));
}

describe('a microservice', () => {
  it('refuses every message that needs a caller, and tells no reason', async () => {
    const ask = await startMicroservice(await startWorld());
    const refused = (code: string) => expect.objectContaining({ code }) as object;
    for (const data of ['text', 7, {}, [], { headers: { authorization: 'Bearer x' } }]) {
      await expect(ask('guarded', data)).rejects.toEqual({
        statusCode: 500,
        error: 'Internal Server Error',
        message: expect.not.stringContaining('asynchronous') as string,
        code: 'no_user_assertion',
      });
      await expect(ask('scoped', data)).rejects.toEqual(refused('no_user_assertion'));
      await expect(ask('for-user', data)).rejects.toEqual(refused('no_user_assertion'));
    }
  });

  it('serves public messages, which exchange the token that they carry themselves', async () => {
    const world = await startWorld();
    const ask = await startMicroservice(world);
    expect(await ask('open', { order: 7 })).toEqual({ order: 7 });
    expect(await ask('on-behalf-of', { assertion: world.token() })).toBe('identity-platform');
  });

  it('tells why an exchange was refused, without the text of the identity platform', async () => {
    const world = await startWorld();
    const ask = await startMicroservice(world);
    world.emulator.revokeConsent({ clientId: world.options().clientId, scopes: 'api://orders/Read' });
    const refused = await ask('on-behalf-of', { assertion: world.token() }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ statusCode: 403, code: 'consent_required' });
    expect(JSON.stringify(refused)).not.toContain('AADSTS');
  });
});
