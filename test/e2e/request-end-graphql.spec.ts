import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Context, Field, GraphQLModule, ObjectType, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { describe, expect, it } from 'vitest';
import { ENDED, LateWork, nodeOf, type AnyResponse } from '../support/late-work.js';
import { ADAPTERS, startApp } from '../support/nest-app.js';
import { ADELE, BEN, startWorld } from '../support/world.js';

interface GraphqlContext {
  readonly res: AnyResponse;
}

@ObjectType()
class Order {
  @Field(() => String) id!: string;
}

@Resolver(() => Order)
class OrdersResolver {
  constructor(private readonly work: LateWork) {}

  @Query(() => Order)
  order(@Context() { res }: GraphqlContext): Order {
    this.work.outlive('query');
    this.work.listen('query', nodeOf(res));
    return { id: '1' };
  }

  @ResolveField(() => String)
  async owner() {
    // A later turn than that of the query.
    await new Promise(setImmediate);
    this.work.outlive('field');
    return this.work.attempt();
  }

  @Query(() => String)
  async slow() {
    this.work.note('slow before');
    await this.work.waiting;
    return this.work.attempt();
  }
}

describe.each(ADAPTERS)('The request context of GraphQL on %s', (adapter) => {
  async function start() {
    const world = await startWorld();
    const app = await startApp(adapter, world.options(), {
      imports: [
        GraphQLModule.forRoot<ApolloDriverConfig>({
          driver: ApolloDriver,
          autoSchemaFile: true,
          graphiql: false,
          context: (first: object, second?: object) => contextOf(first, second),
        }),
      ],
      providers: [OrdersResolver, LateWork],
    });
    const url = (await app.nest.getUrl()).replace('localhost', '127.0.0.1');
    const ask = async (query: string, token: string): Promise<unknown> => {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query }),
        signal: AbortSignal.timeout(20_000),
      });
      return response.json();
    };
    return { world, work: app.nest.get(LateWork), ask };
  }

  it('ends with the response for what resolvers of queries and fields have started', async () => {
    const { world, work, ask } = await start();
    expect(await ask('{ order { id owner } }', world.token())).toEqual({
      data: { order: { id: '1', owner: ADELE.oid } },
    });
    work.goOn();
    for (const resolver of ['query', 'field']) {
      for (const late of ['promise', 'timer']) {
        expect(await work.outcome(`${resolver} ${late}`)).toBe(ENDED);
      }
    }
    for (const event of ['finish', 'close']) expect(await work.outcome(`query ${event}`)).toBe(ENDED);
    expect(world.exchanges()).toHaveLength(1);
  });

  it('does not end with the response to another user', async () => {
    const { world, work, ask } = await start();
    const slow = ask('{ slow }', world.token());
    expect(await work.outcome('slow before')).toBe(ADELE.oid);
    const ben = await ask('{ order { id owner } }', world.token({ oid: BEN.oid }));
    expect(ben).toEqual({ data: { order: { id: '1', owner: BEN.oid } } });
    work.goOn();
    expect(await slow).toEqual({ data: { slow: ADELE.oid } });
    for (const late of ['query promise', 'query timer', 'field promise', 'field timer']) {
      expect(await work.outcome(late)).toBe(ENDED);
    }
  });
});

/** Request and response: Express hands them over in one object, Fastify as two arguments. */
function contextOf(first: object, second?: object): object {
  return second === undefined ? first : { req: first, res: second };
}
