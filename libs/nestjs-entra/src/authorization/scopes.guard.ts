import { Inject, Injectable, Optional, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { AUTHENTICATION_GUARD } from '../auth.constants.js';
import { CallerContext, type Caller } from '../caller/caller-context.js';
import { requestOf } from '../caller/request-of.js';
import { ConfigurationError } from '../errors/configuration.error.js';
import { MissingTokenError } from '../errors/token.errors.js';
import { checkRequirement, type Requirement } from './requirement.js';
import { requirementsOf } from './requirements-of.js';

/**
 * Lets a request through when its caller meets every requirement that stands on its handler and on its
 * class. `@RequiredScopes()` and its like put it in place. Where it cannot decide, it refuses.
 */
@Injectable()
export class ScopesGuard implements CanActivate {
  constructor(
    private readonly context: CallerContext,
    @Optional() @Inject(AUTHENTICATION_GUARD) private readonly authentication?: CanActivate,
  ) {}

  canActivate(execution: ExecutionContext): boolean | Promise<boolean> {
    const requirements = requirementsOf(execution.getClass(), execution.getHandler());
    if (requirements.length === 0) {
      throw new ConfigurationError('ScopesGuard stands on a route without @RequiredScopes() or its like.');
    }
    const caller = this.callerOf(execution);
    if (caller) return meetsAll(requirements, caller);
    // Decorators are applied from below, so this guard can stand before the one that makes the caller known.
    return this.authenticated(execution, requirements);
  }

  private async authenticated(
    execution: ExecutionContext,
    requirements: readonly Requirement[],
  ): Promise<boolean> {
    await this.authentication?.canActivate(execution);
    return meetsAll(requirements, this.callerOf(execution));
  }

  private callerOf(execution: ExecutionContext): Caller | undefined {
    const { scope } = this.context;
    return scope?.request === requestOf(execution) ? scope.caller : undefined;
  }
}

function meetsAll(requirements: readonly Requirement[], caller: Caller | undefined): true {
  if (!caller) throw new MissingTokenError();
  for (const requirement of requirements) checkRequirement(requirement, caller.user);
  return true;
}
