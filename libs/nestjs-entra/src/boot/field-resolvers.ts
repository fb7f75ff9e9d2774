import type { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { Route } from './routes.js';

/** Injection token of the options of `GraphQLModule`, metadata of its decorators: not imported, GraphQL is optional. */
const GRAPHQL_MODULE_OPTIONS = 'GqlModuleOptions';
const RESOLVER_TYPE = 'graphql:resolver_type';
const RESOLVER_REFERENCE = 'graphql:resolve_reference';
const RESOLVER_PROPERTY = 'graphql:resolve_property';
const ROOT_TYPES: ReadonlySet<unknown> = new Set(['Query', 'Mutation', 'Subscription']);
/** `@nestjs/graphql` runs no enhancers for a method of this name, whatever its options say. */
const RESOLVE_TYPE = '__resolveType';

/** A resolver of a field or of an entity reference, for which Nest runs enhancers only on request. */
export interface FieldResolver extends Route {
  readonly isReference: boolean;
  /** The enhancers that Nest runs before it. */
  readonly enhancers: readonly unknown[];
}

interface GraphqlOptions {
  readonly fieldResolverEnhancers?: readonly unknown[];
  readonly include?: readonly unknown[];
}

type Provider = ReturnType<DiscoveryService['getProviders']>[number];

/** The field resolvers of every GraphQL server of the application, each once for each server. */
export function fieldResolvers(discovery: DiscoveryService, scanner: MetadataScanner): FieldResolver[] {
  const providers = discovery.getProviders();
  return providers
    .filter(({ token }) => token === GRAPHQL_MODULE_OPTIONS)
    .map(({ instance }) => instance as GraphqlOptions | null | undefined)
    .flatMap((server) => {
      const enhancers = server?.fieldResolverEnhancers ?? [];
      return providers
        .filter((provider) => isServedBy(server, provider))
        .flatMap(({ instance }) => fieldsOf(instance, scanner))
        .map((field) => ({ ...field, enhancers: field.key === RESOLVE_TYPE ? [] : enhancers }));
    });
}

/** A server with `include` serves the resolvers of those modules only. */
function isServedBy(server: GraphqlOptions | null | undefined, { host }: Provider): boolean {
  const include = server?.include ?? [];
  return include.length === 0 || include.includes(host?.metatype);
}

function fieldsOf(instance: unknown, scanner: MetadataScanner): Omit<FieldResolver, 'enhancers'>[] {
  const prototype: unknown = typeof instance === 'object' ? Object.getPrototypeOf(instance ?? {}) : undefined;
  if (typeof prototype !== 'object' || prototype === null || prototype === Object.prototype) return [];
  const controller = prototype.constructor;
  return scanner.getAllMethodNames(prototype).flatMap((key) => {
    const handler: unknown = Reflect.get(prototype, key);
    if (typeof handler !== 'function') return [];
    const isReference = Reflect.hasMetadata(RESOLVER_REFERENCE, handler);
    const type: unknown =
      Reflect.getMetadata(RESOLVER_TYPE, handler) ?? Reflect.getMetadata(RESOLVER_TYPE, controller);
    const isField = isReference || Reflect.hasMetadata(RESOLVER_PROPERTY, handler);
    return isField && !ROOT_TYPES.has(type)
      ? [{ name: `${controller.name}.${key}`, controller, prototype, key, handler, isReference }]
      : [];
  });
}
