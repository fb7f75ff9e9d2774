import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EntraEmulator } from 'entra-emulator';
import { AuthModule } from 'nestjs-entra';
import { expect, it } from 'vitest';
import { MeController } from './me.controller.js';

it('answers 403 and says where to consent', async () => {
  const emulator = await EntraEmulator.start();
  const { clientId } = emulator.addApplication({ clientSecrets: ['a secret'] });

  @Module({
    imports: [
      AuthModule.forRoot({
        instance: emulator.url,
        tenantId: emulator.tenantId,
        clientId,
        clientCredentials: [{ sourceType: 'ClientSecret', clientSecret: 'a secret' }],
        network: { fetch: emulator.fetch },
      }),
    ],
    controllers: [MeController],
  })
  class TestModule {}

  const app = await NestFactory.create(TestModule, { logger: false });
  await app.listen(0, '127.0.0.1');
  const response = await fetch(`${await app.getUrl()}/me`, {
    headers: { authorization: `Bearer ${emulator.issueAccessToken({ aud: clientId })}` },
  });

  expect(response.status).toBe(403);
  expect(await response.json()).toMatchObject({ code: 'consent_required', scopes: ['user.read'] });
  await app.close();
  await emulator.stop();
});
