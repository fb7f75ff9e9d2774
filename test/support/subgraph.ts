import { ApolloFederationDriver, type ApolloFederationDriverConfig } from '@nestjs/apollo';
import type { DynamicModule } from '@nestjs/common';
import { GraphQLModule, type GqlModuleOptions } from '@nestjs/graphql';
import { MercuriusFederationDriver, type MercuriusFederationDriverConfig } from '@nestjs/mercurius';
import type { Adapter, App } from './nest-app.js';

/** The servers of GraphQL subgraphs, and the adapters that they run on. */
export const SUBGRAPHS: readonly (readonly [driver: 'apollo' | 'mercurius', adapter: Adapter])[] = [
  ['apollo', 'express'],
  ['apollo', 'fastify'],
  ['mercurius', 'fastify'],
];

/** The GraphQL module of a federated subgraph. */
export function subgraph(
  driver: 'apollo' | 'mercurius',
  options: Pick<GqlModuleOptions, 'fieldResolverEnhancers' | 'include'> = {},
): DynamicModule {
  const autoSchemaFile = { federation: 2 } as const;
  return driver === 'apollo'
    ? GraphQLModule.forRoot<ApolloFederationDriverConfig>({
        driver: ApolloFederationDriver,
        autoSchemaFile,
        graphiql: false,
        ...options,
      })
    : GraphQLModule.forRoot<MercuriusFederationDriverConfig>({
        driver: MercuriusFederationDriver,
        autoSchemaFile,
        graphiql: false,
        ...options,
      });
}

/** What a GraphQL client reads. */
export interface GraphqlAnswer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { readonly message: string }[];
  readonly text: string;
}

/** Sends queries to an application. */
export async function askerOf(app: App) {
  const url = (await app.nest.getUrl()).replace('localhost', '127.0.0.1');
  return async (query: string, token?: string, variables?: object): Promise<GraphqlAnswer> => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(20_000),
    });
    const text = await response.text();
    return { text, ...(JSON.parse(text) as Omit<GraphqlAnswer, 'text'>) };
  };
}
