import { createRequire } from 'node:module';
import { Logger } from '@nestjs/common';
import { GraphQLModule, Query, Resolver, Subscription } from '@nestjs/graphql';
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import { Args } from '@nestjs/graphql';
import { createClient, type Client } from 'graphql-ws';
import { CurrentUser, RequiredScopes, type EntraAuthModuleExtras, type EntraAuthOptions } from 'nestjs-entra';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startApp } from '../support/nest-app.js';
import { ADELE, startWorld } from '../support/world.js';

/** The package has no types of its own. */
const { WebSocket } = createRequire(import.meta.url)('ws') as {
  WebSocket: new (address: string, protocols: string | string[] | undefined, options: object) => object;
};

// Never emits anything: only the end of its socket ends it.
async function* silent(): AsyncGenerator<{ ticks: string }> {
  await new Promise(() => undefined);
  yield { ticks: 'never' };
}

@Resolver()
class SocketResolver {
  @Query(() => String)
  whoAmI(@CurrentUser('oid') oid: string) {
    return oid;
  }

  @Query(() => String)
  @RequiredScopes('access_as_user')
  scoped(@CurrentUser('oid') oid: string, @Args('of', { nullable: true }) of?: string) {
    return `${oid} ${of ?? ''}`;
  }

  @Subscription(() => String)
  ticks() {
    return silent();
  }
}

async function start(options: Partial<EntraAuthOptions> & EntraAuthModuleExtras, claims: object = {}) {
  const world = await startWorld();
  const graphql = GraphQLModule.forRoot<MercuriusDriverConfig>({
    driver: MercuriusDriver,
    autoSchemaFile: true,
    graphiql: false,
    // As applications write it: the request that was upgraded is the request of every operation.
    subscription: {
      fullWsTransport: true,
      context: (_connection: unknown, request: unknown) => ({ req: request }),
    } as never,
  });
  const app = await startApp(
    'fastify',
    { ...world.options(), ...options },
    { imports: [graphql], providers: [SocketResolver] },
  );
  const url = (await app.nest.getUrl()).replace('localhost', '127.0.0.1').replace('http', 'ws');
  const token = world.token(claims as Record<string, unknown>);
  class AuthorizedSocket extends WebSocket {
    constructor(address: string, protocols?: string | string[]) {
      super(address, protocols, { headers: { authorization: `Bearer ${token}` } });
    }
  }
  const closed = vi.fn<(event: unknown) => void>();
  const client = createClient({
    url: `${url}/graphql`,
    webSocketImpl: AuthorizedSocket,
    retryAttempts: 0,
    lazy: false,
    onNonLazyError: () => undefined,
    on: { closed },
  });
  onTestFinished(() => void client.dispose());
  return { client, closed, app };
}

/** One operation, and what came of it. */
const ask = async (client: Client, query: string): Promise<unknown> => {
  for await (const { data, errors } of client.iterate({ query })) return data ?? errors?.[0]?.message;
  return undefined;
};

describe('Operations on one upgraded connection (Mercurius)', () => {
  it.each([true, false])('are each decided anew by validate(), globalGuard %s', async (globalGuard) => {
    let isBlocked = false;
    const onTokenValidated = vi.fn(() => {
      if (isBlocked) throw new Error('blocked');
    });
    const { client } = await start({ onTokenValidated, globalGuard });
    const query = '{ scoped }';
    expect(await ask(client, query)).toEqual({ scoped: `${ADELE.oid} ` });
    expect(await ask(client, query)).toEqual({ scoped: `${ADELE.oid} ` });
    const decisions = onTokenValidated.mock.calls.length;
    expect(decisions).toBeGreaterThanOrEqual(2);
    isBlocked = true;
    expect(await ask(client, query)).not.toEqual({ scoped: expect.anything() as unknown });
    isBlocked = false;
    expect(await ask(client, query)).toEqual({ scoped: `${ADELE.oid} ` });
  });

  it('end with the access token that opened it, subscriptions that emit nothing included', async () => {
    vi.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
    const exp = Math.floor(Date.now() / 1000) + 4;
    const { client, closed } = await start({ clockSkewSeconds: 0 }, { exp });
    expect(await ask(client, '{ whoAmI }')).toEqual({ whoAmI: ADELE.oid });
    const ended = ask(client, 'subscription { ticks }').then(
      () => 'ended',
      () => 'ended',
    );
    await vi.waitFor(() => expect(closed).toHaveBeenCalled(), { timeout: 15_000 });
    expect(closed.mock.calls[0]?.[0]).toMatchObject({ code: 4401, reason: 'token_expired' });
    expect(Date.now()).toBeGreaterThanOrEqual(exp * 1000 - 50);
    expect(await ended).toBe('ended');
  });
});
