import { Injectable, UseGuards, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { lastValueFrom, type Observable } from 'rxjs';
import type { CallerContext } from '../caller/caller-context.js';
import { requestOf } from '../caller/request-of.js';
import { acceptForeignUser } from './foreign-user.js';
import { JwtAuthGuard } from './jwt-auth.guard.js';

/**
 * Makes Nest keep a `JwtAuthGuard` among the guards that `overrideGuard(JwtAuthGuard)` of `@nestjs/testing` replaces,
 * also when no controller names the guard.
 */
@Injectable()
@UseGuards(JwtAuthGuard)
export class OverridableGuard {}

/**
 * The guard that authenticates the requests of an application: `JwtAuthGuard`, unless `overrideGuard()` or
 * `overrideProvider()` of `@nestjs/testing` replaced it in this application.
 */
export function guardInForce(
  guard: CanActivate,
  context: CallerContext,
  modules: ModulesContainer,
): CanActivate {
  if (!(guard instanceof JwtAuthGuard)) return new ReplacedGuard(() => guard, context);
  for (const { injectables } of modules.values()) {
    const wrapper = injectables.get(JwtAuthGuard);
    // Nothing but an override changes what a guard is made of. Its instance may not be there yet.
    if (wrapper && wrapper.metatype !== JwtAuthGuard) {
      return new ReplacedGuard(() => wrapper.instance as CanActivate, context);
    }
  }
  return guard;
}

/**
 * Runs the guard of a test. The user that this guard puts into `request.user`, and no user that was there before, is
 * the caller of the request for everything that follows.
 */
class ReplacedGuard implements CanActivate {
  constructor(
    private readonly guard: () => CanActivate,
    private readonly context: CallerContext,
  ) {}

  async canActivate(execution: ExecutionContext): Promise<boolean> {
    const guard = this.guard();
    const request = requestOf(execution) as { user?: unknown } | undefined;
    const scope = this.context.scope;
    // A subclass of JwtAuthGuard authenticates as it does; messages have no request to carry a user.
    if (guard instanceof JwtAuthGuard || request === undefined || scope?.request !== request) {
      return settled(guard.canActivate(execution));
    }
    const before = request.user;
    request.user = undefined;
    const isLetIn = await settled(guard.canActivate(execution));
    if (request.user === undefined || request.user === null) request.user = before;
    else if (isLetIn) acceptForeignUser(this.context, scope, request.user, execution);
    return isLetIn;
  }
}

async function settled(answer: boolean | Promise<boolean> | Observable<boolean>): Promise<boolean> {
  return typeof answer === 'object' && 'subscribe' in answer ? lastValueFrom(answer) : answer;
}
