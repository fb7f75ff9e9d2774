import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { REQUIREMENTS_METADATA } from '../auth.constants.js';
import { CallerContext } from '../caller/caller-context.js';
import { requestOf } from '../caller/request-of.js';
import { ConfigurationError } from '../errors/configuration.error.js';
import { MissingTokenError } from '../errors/token.errors.js';
import { checkRequirement, type Requirement } from './requirement.js';

/**
 * Lets a request through when its caller meets every requirement that stands on its handler and on its
 * class. `@RequiredScopes()` and its like put it in place. Where it cannot decide, it refuses.
 */
@Injectable()
export class ScopesGuard implements CanActivate {
  constructor(private readonly context: CallerContext) {}

  canActivate(execution: ExecutionContext): boolean {
    const requirements = [execution.getClass(), execution.getHandler()].flatMap(
      (target) =>
        (Reflect.getMetadata(REQUIREMENTS_METADATA, target) as readonly Requirement[] | undefined) ?? [],
    );
    if (requirements.length === 0) {
      throw new ConfigurationError('ScopesGuard stands on a route without @RequiredScopes() or its like.');
    }
    const { scope } = this.context;
    if (!scope?.caller || scope.request !== requestOf(execution)) throw new MissingTokenError();
    for (const requirement of requirements) checkRequirement(requirement, scope.caller.user);
    return true;
  }
}
