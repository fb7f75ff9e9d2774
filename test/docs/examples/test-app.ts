import { Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EntraEmulator } from 'entra-emulator';
import { AuthModule } from 'nestjs-entra';

export interface TestApp {
  emulator: EntraEmulator;
  /** The API under test, as registered with the emulator. */
  clientId: string;
  get(path: string, token: string): Promise<Response>;
  stop(): Promise<void>;
}

/** An API with `controllers`, and an identity platform that has consented to what it asks downstream. */
export async function startTestApp(...controllers: Type[]): Promise<TestApp> {
  const emulator = await EntraEmulator.start();
  emulator.addUser({ name: 'Adele Vance' });
  const { clientId } = emulator.addApplication({ clientSecrets: ['a secret'] });
  emulator.addApplication({ identifierUris: ['api://orders'], scopes: ['Read'] });
  emulator.grantConsent({ clientId, scopes: 'api://orders/Read' });

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
    controllers,
  })
  class TestModule {}

  const app = await NestFactory.create(TestModule, { logger: false });
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  return {
    emulator,
    clientId,
    get: (path, token) => fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } }),
    stop: async () => {
      await app.close();
      await emulator.stop();
    },
  };
}
