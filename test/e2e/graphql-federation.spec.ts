import type { Type } from '@nestjs/common';
import {
  Directive,
  Field,
  ID,
  ObjectType,
  Parent,
  Query,
  ResolveField,
  ResolveReference,
  Resolver,
  type GqlModuleOptions,
} from '@nestjs/graphql';
import {
  CurrentUser,
  DownstreamScopes,
  DownstreamToken,
  Public,
  RequiredScopes,
  TokenAcquisitionService,
  type EntraUser,
} from 'nestjs-entra';
import { describe, expect, it } from 'vitest';
import { startApp, type Adapter } from '../support/nest-app.js';
import { askerOf, subgraph, SUBGRAPHS } from '../support/subgraph.js';
import { ADELE, startWorld, type World } from '../support/world.js';

@ObjectType()
@Directive('@key(fields: "id")')
class Member {
  @Field(() => ID) id!: string;
  @Field(() => String, { nullable: true }) caller?: string;
}

@ObjectType()
@Directive('@key(fields: "id")')
class Product {
  @Field(() => ID) id!: string;
}

@Resolver(() => Member)
class MemberResolver {
  constructor(private readonly tokens: TokenAcquisitionService) {}

  @Query(() => Member)
  @Public()
  anyone(): Member {
    return { id: '1' };
  }

  @ResolveReference()
  @RequiredScopes('reports.read')
  resolve({ id }: { id: string }) {
    return { id };
  }

  @ResolveField(() => String, { nullable: true })
  @RequiredScopes('reports.read')
  salary() {
    return 'canary';
  }

  @ResolveField(() => String, { nullable: true })
  caller(@Parent() _member: Member, @CurrentUser() user?: EntraUser) {
    return user?.oid;
  }

  @ResolveField(() => String, { nullable: true })
  async source() {
    return (await this.tokens.getTokenForUser('api://orders/Read')).source;
  }
}

@Resolver(() => Product)
class ProductResolver {
  @Query(() => Product)
  @Public()
  product(): Product {
    return { id: '1' };
  }

  @ResolveReference()
  @Public()
  resolve({ id }: { id: string }) {
    return { id };
  }
}

@ObjectType()
@Directive('@key(fields: "id")')
class Note {
  @Field(() => ID) id!: string;
}

@Resolver(() => Note)
class TokenResolver {
  @Query(() => Note)
  note(): Note {
    return { id: '1' };
  }

  @ResolveField(() => Boolean)
  @DownstreamScopes('api://orders/Read')
  audience(@DownstreamToken() token: string) {
    return token.length > 0;
  }
}

@Resolver(() => Note)
class OpenResolver {
  @ResolveReference()
  resolve({ id }: { id: string }) {
    return { id };
  }
}

const ENTITIES =
  'query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename ... on Member { id salary caller source } ... on Product { id } } }';
const of = (...representations: object[]) => ({ representations });

async function startSubgraph(
  world: World,
  [driver, adapter]: readonly ['apollo' | 'mercurius', Adapter],
  fieldResolverEnhancers?: GqlModuleOptions['fieldResolverEnhancers'],
  providers: Type[] = [MemberResolver, ProductResolver],
) {
  const imports = [subgraph(driver, { fieldResolverEnhancers })];
  return askerOf(await startApp(adapter, world.options(), { imports, providers }));
}

/** A reference in which a client writes whatever might be taken for the request. */
const forged = (user: object) => {
  const request = { headers: { authorization: 'Bearer forged' }, user };
  return { __typename: 'Member', id: '7', req: request, request, reply: { request } };
};

describe.each(SUBGRAPHS)('a federated subgraph of %s on %s', (...server) => {
  it('returns entities and fields to a caller who meets their requirements when guards run for fields', async () => {
    const world = await startWorld();
    const ask = await startSubgraph(world, server, ['guards']);
    const { data, errors } = await ask(
      ENTITIES,
      world.token({ scp: 'reports.read' }),
      of(forged({ oid: 'forged' })),
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      _entities: [
        { __typename: 'Member', id: '7', salary: 'canary', caller: ADELE.oid, source: 'identity-platform' },
      ],
    });
  });

  it('rejects anonymous requests and callers without the scope, whatever the reference says', async () => {
    const world = await startWorld();
    const ask = await startSubgraph(world, server, ['guards']);
    const references = of(forged({ oid: ADELE.oid, scopes: ['reports.read'] }));
    for (const token of [undefined, world.token(), 'forged']) {
      const { data, errors, text } = await ask(ENTITIES, token, references);
      expect(data).toEqual({ _entities: [null] });
      expect(errors?.length).toBeGreaterThan(0);
      expect(text).not.toContain('canary');
    }
  });

  it('gives a field of a public query only to callers who meet its requirement', async () => {
    const world = await startWorld();
    const ask = await startSubgraph(world, server, ['guards']);
    for (const token of [undefined, world.token()]) {
      expect((await ask('{ anyone { id salary } }', token)).data).toEqual({
        anyone: { id: '1', salary: null },
      });
    }
    expect((await ask('{ anyone { id salary } }', world.token({ scp: 'reports.read' }))).data).toEqual({
      anyone: { id: '1', salary: 'canary' },
    });
  });

  it('returns a public entity to everybody', async () => {
    const world = await startWorld();
    const ask = await startSubgraph(world, server, ['guards']);
    expect((await ask(ENTITIES, undefined, of({ __typename: 'Product', id: '7' }))).data).toEqual({
      _entities: [{ __typename: 'Product', id: '7' }],
    });
  });

  it('hands the token of a field to its parameter when interceptors run for fields', async () => {
    const world = await startWorld();
    const ask = await startSubgraph(world, server, ['guards', 'interceptors'], [TokenResolver]);
    const { data, errors } = await ask('{ note { id audience } }', world.token());
    expect(errors).toBeUndefined();
    expect(data).toEqual({ note: { id: '1', audience: true } });
  });

  it('does not start when a requirement is on a field or reference for which no guards run', async () => {
    const world = await startWorld();
    await expect(startSubgraph(world, server)).rejects.toMatchObject({
      faults: [
        "MemberResolver.resolve resolves an entity reference and has the requirement reports.read without effect, because GraphQL runs no guards there; set fieldResolverEnhancers: ['guards'] in GraphQLModule.",
        "MemberResolver.salary resolves a field and has the requirement reports.read without effect, because GraphQL runs no guards there; set fieldResolverEnhancers: ['guards'] in GraphQLModule.",
      ],
    });
  });

  it('does not start when a reference would be open, or lacks the interceptor of its downstream scopes', async () => {
    const world = await startWorld();
    await expect(startSubgraph(world, server, [], [OpenResolver, TokenResolver])).rejects.toMatchObject({
      faults: [
        "OpenResolver.resolve resolves an entity reference, for which GraphQL runs no guards, so _entities gives it to everybody; set fieldResolverEnhancers: ['guards'] in GraphQLModule, or open it with @Public().",
        "TokenResolver.audience resolves a field and has @DownstreamScopes without effect, because GraphQL runs no interceptors there; set fieldResolverEnhancers: ['guards', 'interceptors'] in GraphQLModule.",
      ],
    });
  });
});
