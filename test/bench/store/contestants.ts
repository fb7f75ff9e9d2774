import { ConfidentialClientApplication, DistributedCachePlugin, type INetworkModule } from '@azure/msal-node';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthModule, TokenAcquisitionService } from 'nestjs-entra';
import { RedisTokenCacheStore } from 'nestjs-entra/redis';
import { createHash } from 'node:crypto';
import type { createClient } from 'redis';
import { API, LOGIN, SCOPES, TENANT_ID } from '../identities.js';
import { tokenAnswer } from '../platform/token-answer.js';

export type RedisClient = ReturnType<typeof createClient>;

/** A way to keep downstream tokens in Redis. */
export interface StoreContestant {
  readonly name: string;
  /** A process that has nothing in memory yet. */
  start(redis: RedisClient): Promise<StoreProcess>;
}

export interface StoreProcess {
  /** A token on behalf of the user of an access token. */
  acquire(assertion: string): Promise<void>;
  /** Token requests so far. */
  exchanges(): number;
  stop(): Promise<void>;
}

const SCOPE = SCOPES[0]!;

/** The library, as an application uses it. */
export const nestjsEntra: StoreContestant = {
  name: 'nestjs-entra',
  async start(redis) {
    let exchanges = 0;
    @Module({
      imports: [
        AuthModule.forRoot({
          tenantId: TENANT_ID,
          clientId: API.clientId,
          clientCredentials: [{ sourceType: 'ClientSecret', clientSecret: API.secret }],
          tokenCache: { store: new RedisTokenCacheStore(redis), storeTimeoutMs: 1_000 },
          network: {
            fetch: async (_url, init) => {
              if (init?.method !== 'POST') return new Response('{"keys":[]}');
              exchanges += 1;
              return new Response(tokenAnswer(new URLSearchParams(init.body as string), exchanges), {
                headers: { 'content-type': 'application/json' },
              });
            },
          },
        }),
      ],
    })
    class StoreModule {}
    const app = await NestFactory.createApplicationContext(StoreModule, { logger: ['error'] });
    const tokens = app.get(TokenAcquisitionService);
    return {
      acquire: async (assertion) => void (await tokens.acquireTokenOnBehalfOf({ assertion, scopes: SCOPE })),
      exchanges: () => exchanges,
      stop: () => app.close(),
    };
  },
};

/**
 * msal-node with its `DistributedCachePlugin`, a partition for each assertion and a client for each request: a client
 * that lives longer would serve from memory, and search it from end to end.
 *
 * @param readsAhead its on-behalf-of flow looks into memory without reading the plugin before; asking for the accounts
 *   first makes it read
 */
export const msalNode = (readsAhead: boolean): StoreContestant => ({
  name: readsAhead ? 'msal-node, the same with getAllAccounts() before' : 'msal-node, DistributedCachePlugin',
  async start(redis) {
    let exchanges = 0;
    const cache = {
      get: async (key: string) => (await redis.get(key)) ?? '',
      set: async (key: string, value: string) => (await redis.set(key, value, { EX: 5_400 })) ?? '',
    };
    const networkClient: INetworkModule = {
      sendGetRequestAsync: () => Promise.reject(new Error('The benchmark has no answer for a GET')),
      sendPostRequestAsync: async <T>(_url: string, options?: { body?: string }) => {
        exchanges += 1;
        const body = JSON.parse(tokenAnswer(new URLSearchParams(options?.body), exchanges)) as T;
        return { headers: {}, status: 200, body };
      },
    };
    return {
      acquire: async (assertion) => {
        const key = createHash('sha256').update(assertion).digest('base64url');
        const partition = { getKey: async () => key, extractKey: async () => key };
        const client = new ConfidentialClientApplication({
          auth: {
            clientId: API.clientId,
            clientSecret: API.secret,
            authority: `${LOGIN}/${TENANT_ID}`,
            authorityMetadata: METADATA,
          },
          cache: { cachePlugin: new DistributedCachePlugin(cache, partition) },
          system: { networkClient },
        });
        if (readsAhead) await client.getTokenCache().getAllAccounts();
        const result = await client.acquireTokenOnBehalfOf({ oboAssertion: assertion, scopes: [SCOPE] });
        if (!result?.accessToken) throw new Error('msal-node gave no token');
      },
      exchanges: () => exchanges,
      stop: async () => undefined,
    };
  },
});

const METADATA = JSON.stringify({
  issuer: `${LOGIN}/${TENANT_ID}/v2.0`,
  authorization_endpoint: `${LOGIN}/${TENANT_ID}/oauth2/v2.0/authorize`,
  token_endpoint: `${LOGIN}/${TENANT_ID}/oauth2/v2.0/token`,
  jwks_uri: `${LOGIN}/${TENANT_ID}/discovery/v2.0/keys`,
});
