import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { AUTH_CONTEXTS_METADATA, REQUIREMENTS_METADATA } from '../auth.constants.js';
import { CallerContext } from '../caller/caller-context.js';
import { requestOf } from '../caller/request-of.js';
import { ConfigurationError } from '../errors/configuration.error.js';
import { MissingTokenError } from '../errors/token.errors.js';
import { checkAuthContext } from './auth-context.js';
import { checkRequirement, type Requirement } from './requirement.js';

/**
 * Lets a request through when its caller meets every requirement that stands on its handler and on its
 * class. `@RequiredScopes()` and its like put it in place. Where it cannot decide, it refuses.
 */
@Injectable()
export class ScopesGuard implements CanActivate {
  constructor(private readonly context: CallerContext) {}

  canActivate(execution: ExecutionContext): boolean {
    const requirements = required<Requirement>(REQUIREMENTS_METADATA, execution);
    const authContexts = required<string>(AUTH_CONTEXTS_METADATA, execution);
    if (requirements.length === 0 && authContexts.length === 0) {
      throw new ConfigurationError('ScopesGuard stands on a route without @RequiredScopes() or its like.');
    }
    const { scope } = this.context;
    if (scope?.request !== requestOf(execution)) throw new MissingTokenError();
    try {
      if (!scope.caller) throw new MissingTokenError();
      const { user } = scope.caller;
      for (const requirement of requirements) checkRequirement(requirement, user);
      // Last: nobody is asked to step up for what they may not do anyway.
      for (const id of authContexts) checkAuthContext(id, user);
    } catch (error) {
      throw this.context.failed(error);
    }
    return true;
  }
}

/** What stands on the class and on the handler. */
function required<T>(metadata: symbol, execution: ExecutionContext): readonly T[] {
  return [execution.getClass(), execution.getHandler()].flatMap(
    (target) => (Reflect.getMetadata(metadata, target) as readonly T[] | undefined) ?? [],
  );
}
