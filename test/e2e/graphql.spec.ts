import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Injectable } from '@nestjs/common';
import { Field, GraphQLModule, ID, ObjectType, Query, Resolver } from '@nestjs/graphql';
import {
  CurrentUser,
  DownstreamScopes,
  DownstreamToken,
  Public,
  RequiredScopes,
  TokenAcquisitionService,
  type EntraAuthModuleExtras,
  type EntraAuthOptions,
  type EntraUser,
} from 'nestjs-entra';
import { describe, expect, it } from 'vitest';
import { ADAPTERS, startApp, type Adapter } from '../support/nest-app.js';
import { ADELE, API, FILES, ORDERS, startWorld } from '../support/world.js';

/** For which API the identity platform issued a token. */
const audienceOf = (token: string) => {
  const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
  return (JSON.parse(payload) as { aud: string }).aud;
};

@Injectable()
class Orders {
  constructor(private readonly tokens: TokenAcquisitionService) {}

  async audience() {
    return audienceOf(await this.tokens.getAccessTokenForUser('api://orders/Read'));
  }
}

@ObjectType()
class Member {
  @Field(() => ID) oid!: string;
}

@Resolver()
class MemberResolver {
  constructor(
    private readonly orders: Orders,
    private readonly tokens: TokenAcquisitionService,
  ) {}

  @Query(() => String)
  @Public()
  open() {
    return 'open';
  }

  @Query(() => Member, { nullable: true })
  me(@CurrentUser() user: EntraUser): Member {
    return { oid: user.oid };
  }

  @Query(() => String)
  @RequiredScopes('reports.read')
  reports(@CurrentUser('oid') oid: string) {
    return oid;
  }

  @Query(() => String)
  ordersAudience() {
    return this.orders.audience();
  }

  @Query(() => String)
  @DownstreamScopes('api://orders/Read')
  async source() {
    return (await this.tokens.getTokenForUser('api://orders/Read')).source;
  }

  @Query(() => String)
  @DownstreamScopes('api://orders/Read')
  ordersToken(@DownstreamToken() token: string) {
    return audienceOf(token);
  }

  @Query(() => String)
  @DownstreamScopes('api://files/Read')
  filesToken(@DownstreamToken() token: string) {
    return audienceOf(token);
  }
}

const graphql = () =>
  GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, autoSchemaFile: true, graphiql: false });

/** What a GraphQL client reads. */
interface Outcome {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: { message: string; path: string[]; extensions: Record<string, unknown> }[];
}

async function startApi(adapter: Adapter, options: EntraAuthOptions & EntraAuthModuleExtras) {
  const app = await startApp(adapter, options, { imports: [graphql()], providers: [MemberResolver, Orders] });
  const url = (await app.nest.getUrl()).replace('localhost', '127.0.0.1');
  const ask = async (query: string, token?: string) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query }),
      signal: AbortSignal.timeout(20_000),
    });
    const text = await response.text();
    return { status: response.status, text, ...(JSON.parse(text) as Outcome) };
  };
  return { ...app, ask };
}

describe.each(ADAPTERS)('GraphQL on %s', (adapter) => {
  it('knows the caller in a resolver, and in the providers below it', async () => {
    const world = await startWorld();
    const { ask } = await startApi(adapter, world.options());
    const { status, data, errors } = await ask('{ me { oid } ordersAudience }', world.token());
    expect(errors).toBeUndefined();
    expect({ status, data }).toEqual({
      status: 200,
      data: { me: { oid: ADELE.oid }, ordersAudience: ORDERS.clientId },
    });
    expect(world.exchanges()).toHaveLength(1);
  });

  it('gives each resolver of one query the token of its own resource, first and later', async () => {
    const world = await startWorld();
    const { ask } = await startApi(adapter, world.options());
    const token = world.token();
    for (let time = 0; time < 2; time++) {
      const { data } = await ask('{ source ordersToken filesToken again: ordersToken }', token);
      expect(data).toEqual({
        source: 'memory',
        ordersToken: ORDERS.clientId,
        filesToken: FILES.clientId,
        again: ORDERS.clientId,
      });
    }
    expect(world.exchanges()).toHaveLength(2);
  });

  it('tells a client without a token that one is needed, and runs what is public all the same', async () => {
    const world = await startWorld();
    const { ask } = await startApi(adapter, world.options());
    expect((await ask('{ open }')).data).toEqual({ open: 'open' });
    const { data, errors } = await ask('{ open maybe: me { oid } }');
    expect({ data, errors }).toEqual({
      data: { open: 'open', maybe: null },
      errors: [
        expect.objectContaining({
          message: 'An access token is required',
          path: ['maybe'],
          extensions: {
            code: 'UNAUTHENTICATED',
            originalError: {
              statusCode: 401,
              error: 'Unauthorized',
              message: 'An access token is required',
              code: 'token_missing',
              wwwAuthenticate: `Bearer realm="${API.clientId}", authorization_uri="${world.emulator.url}/${world.emulator.tenantId}/oauth2/v2.0/authorize"`,
            },
          },
        }),
      ],
    });
  });

  it.each<[what: string, claims: Record<string, unknown>, query: string, code: string, body: object]>([
    [
      'a token for another API',
      { aud: 'api://canary' },
      '{ me { oid } }',
      'UNAUTHENTICATED',
      { statusCode: 401, code: 'token_audience', message: 'The access token is meant for another audience' },
    ],
    [
      'a scope that is missing',
      { scp: 'canary' },
      '{ reports }',
      'FORBIDDEN',
      {
        statusCode: 403,
        code: 'insufficient_scope',
        message: 'The access token lacks a scope or role that this request needs',
        wwwAuthenticate: expect.stringContaining('error="insufficient_scope"') as string,
      },
    ],
    [
      'an application',
      { scp: undefined, idtyp: 'app', roles: ['canary'] },
      '{ reports }',
      'FORBIDDEN',
      { statusCode: 403, code: 'app_only_caller' },
    ],
  ])('tells the client of %s what HTTP tells, and no more', async (_what, claims, query, code, body) => {
    const world = await startWorld();
    const app = await startApi(adapter, world.options());
    const { text, errors } = await app.ask(query, world.token(claims));
    expect(errors).toEqual([
      expect.objectContaining({
        extensions: { code, originalError: expect.objectContaining(body) as object },
      }),
    ]);
    expect(errors?.[0]?.message).toBe(
      (errors?.[0]?.extensions['originalError'] as Error | undefined)?.message,
    );
    expect(text).not.toContain('canary');
  });

  it('hands on what the identity platform asks for, and none of its text', async () => {
    const world = await startWorld();
    const { ask } = await startApi(adapter, world.options());
    world.emulator.revokeConsent({ clientId: API.clientId, scopes: 'api://orders/Read' });
    for (const query of ['{ ordersAudience }', '{ source }']) {
      const { text, errors } = await ask(query, world.token());
      expect(errors?.[0]?.extensions).toMatchObject({
        code: 'FORBIDDEN',
        originalError: { statusCode: 403, code: 'consent_required', scopes: ['api://orders/Read'] },
      });
      expect(text).not.toContain('AADSTS');
    }
  });

  it('says when to come back', async () => {
    const world = await startWorld();
    const { ask } = await startApi(adapter, world.options());
    world.emulator.failNext({ status: 429, headers: { 'retry-after': '7' } });
    expect((await ask('{ ordersAudience }', world.token())).errors?.[0]?.extensions).toMatchObject({
      code: 'INTERNAL_SERVER_ERROR',
      status: 503,
      originalError: { statusCode: 503, code: 'identity_platform_unavailable', retryAfterSeconds: 7 },
    });
  });

  it('shows the reason where that is wanted', async () => {
    const world = await startWorld();
    const { ask } = await startApi(adapter, world.options({ showErrorDetails: true }));
    const { errors } = await ask('{ reports }', world.token());
    expect(errors?.[0]?.extensions['originalError']).toMatchObject({
      details: 'The route needs reports.read; the token has access_as_user',
    });
  });
});
