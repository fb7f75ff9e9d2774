import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Injectable } from '@nestjs/common';
import { GraphQLModule, Query, Resolver } from '@nestjs/graphql';
import {
  EntraAuthError,
  JwtStrategy,
  Public,
  RequiredScopes,
  TokenAcquisitionService,
  type EntraAuthModuleExtras,
  type EntraAuthOptions,
} from 'nestjs-entra';
import { beforeEach, describe, expect, it } from 'vitest';
import { ADAPTERS, startApp, type Adapter } from '../support/nest-app.js';
import { startWorld } from '../support/world.js';

/** Long enough for all fields of a query to have begun, and for what they ask for to have come. */
const aWhile = () => new Promise((resolve) => setTimeout(resolve, 50));

/** The fields whose resolver ran. */
const ran: string[] = [];

@Resolver()
class FieldResolver {
  constructor(private readonly tokens: TokenAcquisitionService) {}

  @Query(() => String, { nullable: true })
  @RequiredScopes('access_as_user')
  first() {
    ran.push('first');
    return 'first';
  }

  @Query(() => String, { nullable: true })
  @RequiredScopes('access_as_user')
  second() {
    ran.push('second');
    return this.attempt();
  }

  @Query(() => String, { nullable: true })
  @RequiredScopes('access_as_user')
  async slow() {
    await aWhile();
    await aWhile();
    return this.attempt();
  }

  @Query(() => String, { nullable: true })
  @Public()
  open() {
    return this.attempt();
  }

  /** Whether there is a token for a downstream API, or why not. */
  private async attempt() {
    try {
      await this.tokens.getAccessTokenForUser('api://orders/Read');
      return 'a token';
    } catch (error) {
      return error instanceof EntraAuthError ? error.code : String(error);
    }
  }
}

async function startApi(adapter: Adapter, options: EntraAuthOptions & EntraAuthModuleExtras) {
  const graphql = GraphQLModule.forRoot<ApolloDriverConfig>({
    driver: ApolloDriver,
    autoSchemaFile: true,
    graphiql: false,
  });
  const app = await startApp(adapter, options, { imports: [graphql], providers: [FieldResolver] });
  const url = (await app.nest.getUrl()).replace('localhost', '127.0.0.1');
  return async (query: string, token: string) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query }),
      signal: AbortSignal.timeout(20_000),
    });
    const { data, errors = [] } = (await response.json()) as {
      data: Record<string, unknown>;
      errors?: { extensions: { originalError?: { code?: string } } }[];
    };
    return { data, codes: errors.map(({ extensions }) => extensions.originalError?.code) };
  };
}

beforeEach(() => void (ran.length = 0));

describe.each(ADAPTERS)('a GraphQL query of several fields on %s', (adapter) => {
  it.each<[globalGuard: boolean, by: 'onTokenValidated' | 'validate()']>([
    [true, 'onTokenValidated'],
    [false, 'onTokenValidated'],
    [true, 'validate()'],
    [false, 'validate()'],
  ])('runs none of them for a caller who is refused (globalGuard: %s, by %s)', async (globalGuard, by) => {
    let isBlocked = false;
    const decide = async () => {
      await aWhile();
      if (isBlocked) throw new Error('blocked');
    };
    @Injectable()
    class MemberStrategy extends JwtStrategy {
      override async validate(request: object, claims: Parameters<JwtStrategy['validate']>[1]) {
        await decide();
        return super.validate(request, claims);
      }
    }
    const world = await startWorld();
    const ask = await startApi(adapter, {
      ...world.options(),
      globalGuard,
      ...(by === 'validate()' ? { strategy: MemberStrategy } : { onTokenValidated: decide }),
    });
    const token = world.token();
    expect((await ask('{ first second }', token)).data).toEqual({ first: 'first', second: 'a token' });
    isBlocked = true;
    ran.length = 0;
    const exchanges = world.exchanges().length;
    for (const presented of [token, world.token({ name: 'seen for the first time' })]) {
      const { data, codes } = await ask('{ first second open }', presented);
      expect(data).toEqual({ first: null, second: null, open: 'no_user_assertion' });
      expect(codes).toHaveLength(2);
      if (by === 'onTokenValidated') expect(codes).toEqual(['token_rejected', 'token_rejected']);
    }
    expect(ran).toEqual([]);
    expect(world.exchanges()).toHaveLength(exchanges);
  });

  it('decides once, and gives validate() tokens before anybody else gets one', async () => {
    const world = await startWorld();
    let decisions = 0;
    const inside: string[] = [];
    @Injectable()
    class ExchangingStrategy extends JwtStrategy {
      constructor(private readonly tokens: TokenAcquisitionService) {
        super();
      }

      override async validate(request: object, claims: Parameters<JwtStrategy['validate']>[1]) {
        decisions++;
        await aWhile();
        inside.push((await this.tokens.getTokenForUser('api://orders/Read')).scopes.join());
        return super.validate(request, claims);
      }
    }
    const options = world.options({ scopes: ['api://files/Read'] });
    const ask = await startApi(adapter, { ...options, strategy: ExchangingStrategy });
    const token = world.token();
    for (let time = 1; time <= 2; time++) {
      expect(await ask('{ first second again: second open }', token)).toEqual({
        data: { first: 'first', second: 'a token', again: 'a token', open: 'no_user_assertion' },
        codes: [],
      });
      expect(decisions).toBe(time);
    }
    expect(inside).toHaveLength(2);
    expect(world.exchanges()).toHaveLength(2);
  });

  it('asks nobody again on whose behalf a resolver is running', async () => {
    const world = await startWorld();
    let decisions = 0;
    const ask = await startApi(adapter, {
      ...world.options(),
      onTokenValidated: async () => {
        if (++decisions === 1) return;
        await aWhile();
        throw new Error('the directory does not answer');
      },
    });
    expect(await ask('{ slow first }', world.token())).toEqual({
      data: { slow: 'a token', first: 'first' },
      codes: [],
    });
    expect(decisions).toBe(1);
  });
});
