import { applyDecorators, SetMetadata, UseInterceptors } from '@nestjs/common';
import { DOWNSTREAM_SCOPES_METADATA } from '../auth.constants.js';
import { ConfigurationError } from '../errors/configuration.error.js';
import { DownstreamTokensInterceptor } from './downstream-tokens.interceptor.js';

/**
 * Acquires tokens for these scopes before the handler runs: one exchange per resource, all in parallel.
 * On a class it holds for every handler; what stands on the handler is added.
 */
export const DownstreamScopes = (...scopes: string[]): ClassDecorator & MethodDecorator => {
  const isScope = (scope: unknown) =>
    typeof scope === 'string' && /^[\x21\x23-\x2b\x2d-\x5b\x5d-\x7e]+$/.test(scope);
  if (scopes.length === 0 || !scopes.every(isScope)) {
    const given = scopes.length === 0 ? 'nothing' : JSON.stringify(scopes);
    throw new ConfigurationError(`@DownstreamScopes was given ${given}; name scopes, one string each.`);
  }
  return (target: object, key?: string | symbol, descriptor?: PropertyDescriptor) => {
    const on = (descriptor?.value as object | undefined) ?? target;
    const others = Reflect.getOwnMetadata(DOWNSTREAM_SCOPES_METADATA, on) as string[] | undefined;
    const decorate = applyDecorators(
      SetMetadata(DOWNSTREAM_SCOPES_METADATA, [...(others ?? []), ...scopes]),
      ...(others ? [] : [UseInterceptors(DownstreamTokensInterceptor)]),
    );
    decorate(target, key as string, descriptor as TypedPropertyDescriptor<unknown>);
  };
};
