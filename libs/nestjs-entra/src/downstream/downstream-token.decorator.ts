import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { DOWNSTREAM_TOKEN_METADATA } from '../auth.constants.js';
import { DownstreamScopes } from './downstream-scopes.decorator.js';
import { rememberedTokens } from './request-tokens.js';

const TokenParameter = createParamDecorator((scope: string | undefined, execution: ExecutionContext) =>
  rememberedTokens(execution).for(scope),
);

/**
 * An access token as parameter of a handler. `@DownstreamToken('User.Read') token: string` also prefetches
 * the scope, as `@DownstreamScopes('User.Read')` on the handler would. Without a scope it is the token of the
 * only resource that the route's `@DownstreamScopes()` names.
 */
export const DownstreamToken =
  (scope?: string): ParameterDecorator =>
  (target, key, index) => {
    if (key !== undefined) {
      const others = Reflect.getOwnMetadata(DOWNSTREAM_TOKEN_METADATA, target, key) as unknown[] | undefined;
      Reflect.defineMetadata(DOWNSTREAM_TOKEN_METADATA, [...(others ?? []), scope], target, key);
    }
    if (scope !== undefined && key !== undefined) {
      const descriptor = Object.getOwnPropertyDescriptor(target, key);
      if (descriptor) DownstreamScopes(scope)(target, key, descriptor);
    }
    TokenParameter(scope)(target, key, index);
  };
