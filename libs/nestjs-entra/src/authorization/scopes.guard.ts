import {
  Inject,
  Injectable,
  Optional,
  type CanActivate,
  type ExecutionContext,
  type OnModuleInit,
} from '@nestjs/common';
import { AUTHENTICATION_GUARD } from '../auth.constants.js';
import { CallerContext } from '../caller/caller-context.js';
import type { Caller, RequestScope } from '../caller/request-scope.js';
import { requestOf } from '../caller/request-of.js';
import { ConfigurationError } from '../errors/configuration.error.js';
import { MissingTokenError } from '../errors/token.errors.js';
import { checkAuthContext } from './auth-context.js';
import { checkRequirement } from './requirement.js';
import { authContextsOf, requirementsOf } from './requirements-of.js';

/**
 * Lets a request through when its caller meets every requirement that stands on its handler and on its
 * class. `@RequiredScopes()` and its like put it in place. Where it cannot decide, it refuses.
 */
@Injectable()
export class ScopesGuard implements CanActivate, OnModuleInit {
  constructor(
    // Optional, so that a unit test can instantiate a controller without AuthModule.
    @Optional() private readonly context?: CallerContext,
    @Optional() @Inject(AUTHENTICATION_GUARD) private readonly authentication?: CanActivate,
  ) {}

  /** @throws ConfigurationError when an application starts in which the guard could let nobody in */
  onModuleInit(): void {
    if (!this.context) throw withoutModule();
  }

  canActivate(execution: ExecutionContext): boolean | Promise<boolean> {
    if (!this.context) throw withoutModule();
    const scope = this.scopeOf(execution);
    const caller = scope?.caller;
    // A decision about another handler may be old by now: the guard that made it is asked whether it still holds.
    if (caller && (!this.authentication || scope?.decidedFor === execution)) {
      return this.decide(execution, caller);
    }
    // Decorators are applied from below, so this guard can stand before the one that makes the caller known.
    return this.authenticated(execution);
  }

  private async authenticated(execution: ExecutionContext): Promise<boolean> {
    await this.authentication?.canActivate(execution);
    return this.decide(execution, this.scopeOf(execution)?.caller);
  }

  private decide(execution: ExecutionContext, caller: Caller | undefined): true {
    const requirements = requirementsOf(execution.getClass(), execution.getHandler());
    const authContexts = authContextsOf(execution.getClass(), execution.getHandler());
    if (requirements.length === 0 && authContexts.length === 0) {
      throw new ConfigurationError('ScopesGuard stands on a route without @RequiredScopes() or its like.');
    }
    try {
      if (!caller) throw new MissingTokenError();
      for (const requirement of requirements) checkRequirement(requirement, caller.user);
      // Last: nobody is asked to step up for what they may not do anyway.
      for (const id of authContexts) checkAuthContext(id, caller.user);
      this.context?.flow?.step({ kind: 'caller_authorized' });
    } catch (error) {
      throw this.context?.failed(error) ?? error;
    }
    return true;
  }

  private scopeOf(execution: ExecutionContext): RequestScope | undefined {
    const scope = this.context?.scope;
    return scope !== undefined && scope.request === requestOf(execution) ? scope : undefined;
  }
}

function withoutModule(): ConfigurationError {
  return new ConfigurationError(
    'A controller has @RequiredScopes() or its like and its module has no AuthModule; import AuthModule.forRoot() in the root module, and AuthModule in the module of the controller when isGlobal is false.',
  );
}
