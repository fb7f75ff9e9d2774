import 'reflect-metadata';
import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EntraEmulator } from 'entra-emulator';
import type { EntraAuthOptions } from 'nestjs-entra';
import { addAccessToken } from 'nestjs-entra/axios';
import { ApplicationTokenCredential, UserTokenCredential } from 'nestjs-entra/azure';
import { readChallenge } from 'nestjs-entra/client';
import { GraphAuthenticationProvider } from 'nestjs-entra/graph';
import { InspectorModule } from 'nestjs-entra/inspector';
import { KeyvTokenCacheStore } from 'nestjs-entra/keyv';
import { RedisTokenCacheStore } from 'nestjs-entra/redis';
import { createAdapter } from './adapter.js';
import { appModules } from './app.modules.js';
import { DOWNSTREAM_SCOPE } from './me.controller.js';
import { seenBySubclass } from './my.strategy.js';

const CLIENTS = {
  api: '22222222-aaaa-4bbb-8ccc-000000000001',
  downstream: '22222222-aaaa-4bbb-8ccc-000000000002',
  page: '22222222-aaaa-4bbb-8ccc-000000000003',
};
const SECRET = 'a-secret-of-the-scenario';
const LACKING =
  'clientCredentials[0] (KeyVault) needs packages that are not installed; add them with "npm install @azure/identity @azure/keyvault-certificates @azure/keyvault-secrets". The next one in the list is used.';

/** What stands behind the subpaths; each is there without the package that it serves. */
const OF_SUBPATHS: readonly unknown[] = [
  addAccessToken,
  ApplicationTokenCredential,
  GraphAuthenticationProvider,
  InspectorModule,
  RedisTokenCacheStore,
  UserTokenCredential,
];

/** Runs an application for each way to import the module; gives one line on what was seen. */
export async function runScenario(): Promise<string> {
  assert.deepEqual(
    OF_SUBPATHS.map((one) => typeof one),
    OF_SUBPATHS.map(() => 'function'),
  );
  const emulator = await EntraEmulator.start({ port: 0 });
  try {
    const { oid } = seed(emulator);
    const stored = new Map<string, string>();
    const options: EntraAuthOptions = {
      instance: emulator.url,
      tenantId: emulator.tenantId,
      clientId: CLIENTS.api,
      // No optional package is installed here: the first entry is passed over, and the log says what it lacks.
      clientCredentials: [
        {
          sourceType: 'KeyVault',
          keyVaultUrl: 'https://contoso.vault.azure.net',
          keyVaultCertificateName: 'my-api',
        },
        { sourceType: 'ClientSecret', clientSecret: SECRET },
      ],
      network: { fetch: emulator.fetch },
      tokenCache: { store: new KeyvTokenCacheStore(keyvOf(stored)) },
    };
    const modules = appModules(options);
    for (const module of Object.values(modules)) {
      const token = emulator.issueAccessToken({ aud: CLIENTS.api, azp: CLIENTS.page, scp: 'access_as_user' });
      await callApp(module, token, oid);
    }
    assert.deepEqual(seenBySubclass, [oid], 'the subclass of JwtStrategy saw the caller once');
    const exchanges = emulator.requests.filter(({ path }) => path.endsWith('/oauth2/v2.0/token'));
    assert.equal(exchanges.length, Object.keys(modules).length, 'each application made one exchange');
    assert.equal(stored.size, exchanges.length, 'each token is in the store');
    assert.ok(
      [...stored.values()].every((value) => !JWT.test(value) && !JWT.test(decoded(value))),
      'and none in clear',
    );
    return `200 for user ${oid} and 401 without a token, with ${Object.keys(modules).join(', ')}`;
  } finally {
    await emulator.stop();
  }
}

/** A value is base64, in which any three letters turn up by chance: only a whole token counts, plain or below the base64. */
const JWT = /eyJ[\w-]+\.[\w-]+\.[\w-]+/;
const decoded = (value: string) => Buffer.from(value, 'base64').toString('latin1');

/** As much of a Keyv as the store needs. */
function keyvOf(values: Map<string, string>) {
  return {
    get: async (key: string) => values.get(key),
    set: async (key: string, value: string) => values.set(key, value),
    delete: async (key: string) => values.delete(key),
  };
}

/** Two APIs, a client, a user, and the consent for the one to call the other. */
function seed(emulator: EntraEmulator): { oid: string } {
  const user = emulator.addUser({ name: 'Adele Vance' });
  emulator.addApplication({ clientId: CLIENTS.page, isPublicClient: true });
  emulator.addApplication({
    clientId: CLIENTS.downstream,
    identifierUris: ['api://downstream-api'],
    scopes: ['User.Read'],
  });
  emulator.addApplication({
    clientId: CLIENTS.api,
    identifierUris: ['api://scenario-api'],
    scopes: ['access_as_user'],
    clientSecrets: [SECRET],
  });
  emulator.grantConsent({ clientId: CLIENTS.api, scopes: DOWNSTREAM_SCOPE });
  return user;
}

async function callApp(module: Type, token: string, oid: string): Promise<void> {
  const warnings: string[] = [];
  const app = await NestFactory.create(module, createAdapter(), {
    abortOnError: false,
    logger: {
      log: () => undefined,
      warn: (line: string) => void warnings.push(line),
      error: (...parts: unknown[]) => void process.stderr.write(`${parts.join(' ')}\n`),
    },
  });
  // On a busy machine Nest 10 and 11 warn about the time that they took for a module.
  const ownWarnings = warnings.filter((line) => !line.includes('to serialize'));
  assert.deepEqual(ownWarnings, [LACKING], 'the boot names the packages that Key Vault lacks');
  try {
    await app.listen(0, '127.0.0.1');
    const { port } = app.getHttpServer().address() as AddressInfo;
    const get = (headers: Record<string, string>) => fetch(`http://127.0.0.1:${port}/me`, { headers });

    const refused = await get({});
    assert.equal(refused.status, 401, 'a request without a token is refused');
    assert.match(
      refused.headers.get('www-authenticate') ?? '',
      /^Bearer realm="[^"]+", authorization_uri="https:/,
    );
    const challenge = await readChallenge(refused);
    assert.ok(challenge, 'the helper for pages reads the challenge');
    assert.deepEqual(
      [challenge.error, challenge.claims],
      [undefined, undefined],
      'which asks for a token alone',
    );
    assert.equal((JSON.parse(await refused.text()) as { code: string }).code, 'token_missing');

    const served = await get({ authorization: `Bearer ${token}` });
    // Not json(): in jest the objects it makes have the prototypes of another realm, and compare as different.
    const body: unknown = JSON.parse(await served.text());
    assert.equal(served.status, 200, `a request with a token is served: ${JSON.stringify(body)}`);
    assert.deepEqual(body, { oid, aud: CLIENTS.downstream, azp: CLIENTS.api });
  } finally {
    await app.close();
  }
}
