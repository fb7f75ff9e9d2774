import { applyDecorators, SetMetadata, UseInterceptors } from '@nestjs/common';
import { referencedDownstreamApi } from '../acquisition/downstream-api-reference.js';
import { DOWNSTREAM_SCOPES_METADATA } from '../auth.constants.js';
import { recordDecoration } from '../caller/decorations.js';
import { ConfigurationError } from '../errors/configuration.error.js';
import { ownCallOptions } from '../own-properties.js';
import { isNamelessScope, NAMELESS_ADVICE } from '../options/value-faults.js';
import { DownstreamTokensInterceptor } from './downstream-tokens.interceptor.js';
import type { Prefetch, RouteScopes } from './route-scopes.js';

/** How the scopes of a route are acquired. */
export interface DownstreamScopesOptions {
  /**
   * `'blocking'`: before the handler runs, and a failure is the answer. `'background'`: while it runs; a failure
   * meets whoever asks for the token. `'onDemand'`: when it is asked for. Default `'blocking'`.
   */
  prefetch?: Prefetch;
}

const MODES: readonly unknown[] = ['blocking', 'background', 'onDemand'] satisfies Prefetch[];

/**
 * Acquires tokens for these scopes before the handler runs: one exchange per resource, all in parallel.
 * On a class it holds for every handler; what stands on the handler is added.
 *
 * @throws ConfigurationError at once when no scope is named
 */
export function DownstreamScopes(...scopes: string[]): ClassDecorator & MethodDecorator;
export function DownstreamScopes(
  ...scopes: [...scopes: string[], options: DownstreamScopesOptions]
): ClassDecorator & MethodDecorator;
export function DownstreamScopes(
  ...scopes: readonly (string | DownstreamScopesOptions)[]
): ClassDecorator & MethodDecorator {
  const last = scopes.at(-1);
  const options = typeof last === 'object' && last !== null ? last : undefined;
  return prefetchOnRoute('@DownstreamScopes', checked(options ? scopes.slice(0, -1) : scopes), options);
}

/**
 * Puts what is to be acquired on a route, and the interceptor that does it.
 * @throws ConfigurationError for a way to prefetch that there is not
 */
export function prefetchOnRoute(
  decorator: string,
  scopes: readonly string[],
  options?: DownstreamScopesOptions,
): ClassDecorator & MethodDecorator {
  const { prefetch = 'blocking' } = ownCallOptions(options);
  if (!MODES.includes(prefetch)) {
    throw new ConfigurationError(
      `${decorator} was given prefetch ${JSON.stringify(prefetch)}; give 'blocking', 'background' or 'onDemand'.`,
    );
  }
  const route: RouteScopes = { scopes, prefetch };
  const names = scopes.map((scope) => referencedDownstreamApi(scope) ?? scope).join(', ');
  const decoration = {
    decorator: `${decorator}(${names})`,
    metadata: DOWNSTREAM_SCOPES_METADATA,
    value: route,
  };
  return (target: object, key?: string | symbol, descriptor?: PropertyDescriptor) => {
    recordDecoration(decoration, target, key, descriptor);
    const on = (descriptor?.value as object | undefined) ?? target;
    const others = Reflect.getMetadata(DOWNSTREAM_SCOPES_METADATA, on) as RouteScopes[] | undefined;
    const decorate = applyDecorators(
      SetMetadata(DOWNSTREAM_SCOPES_METADATA, [...(others ?? []), route]),
      ...(others ? [] : [UseInterceptors(DownstreamTokensInterceptor)]),
    );
    decorate(target, key as string, descriptor as TypedPropertyDescriptor<unknown>);
  };
}

function checked(scopes: readonly unknown[]): readonly string[] {
  const isScope = (scope: unknown) =>
    typeof scope === 'string' && /^[\x21\x23-\x2b\x2d-\x5b\x5d-\x7e]+$/.test(scope);
  if (scopes.length === 0 || !scopes.every(isScope)) {
    const given = scopes.length === 0 ? 'nothing' : JSON.stringify(scopes);
    throw new ConfigurationError(`@DownstreamScopes was given ${given}; name scopes, one string each.`);
  }
  const names = scopes as readonly string[];
  const nameless = names.find(isNamelessScope);
  if (nameless !== undefined) {
    throw new ConfigurationError(
      `@DownstreamScopes was given ${JSON.stringify(nameless)}, a resource without a scope; ${NAMELESS_ADVICE}`,
    );
  }
  return names;
}
