import { Injectable, Logger, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { PUBLIC_METADATA } from '../auth.constants.js';
import { Assertion } from '../caller/assertion.js';
import { CallerContext, type RequestScope } from '../caller/caller-context.js';
import { requestOf } from '../caller/request-of.js';
import { InvalidTokenError } from '../errors/token.errors.js';
import { AccessTokenValidator } from './access-token.validator.js';
import { bearerToken, type RequestWithHeaders } from './bearer-token.js';
import { JwtStrategy } from './jwt.strategy.js';
import { runStrategy } from './run-strategy.js';

/**
 * Lets a request through when its access token is valid, and makes its caller known. It is in force on
 * every route as soon as `AuthModule` is imported; `@Public()` opens one.
 */
@Injectable()
export class JwtAuthGuard implements CanActivate {
  readonly #logger = new Logger('EntraAuth');
  /** By handler and class: what decorators say does not change while the application runs. */
  readonly #public = new WeakMap<object, WeakMap<object, boolean>>();

  constructor(
    private readonly reflector: Reflector,
    private readonly context: CallerContext,
    private readonly validator: AccessTokenValidator,
    private readonly strategy: JwtStrategy,
  ) {}

  async canActivate(execution: ExecutionContext): Promise<boolean> {
    // Before the first await: a scope entered later would not reach the handler.
    const request = requestOf(execution);
    const scope = this.context.scopeOf(request);
    if (this.isPublic(execution)) return true;
    try {
      const user = await this.authenticate(request, scope);
      (request as { user?: unknown }).user = user;
      return true;
    } catch (error) {
      scope.caller = undefined;
      if (error instanceof InvalidTokenError) this.log(error);
      throw error;
    }
  }

  private async authenticate(request: object, scope: RequestScope): Promise<unknown> {
    const assertion = new Assertion(bearerToken(request as RequestWithHeaders));
    const known = this.validator.recall(assertion);
    if (!known) {
      await this.validator.prepare(scope, assertion);
      return runStrategy(this.strategy, request);
    }
    scope.caller = known;
    const user = await this.strategy.validate(request, known.user.claims);
    if (!user) throw new InvalidTokenError('token_rejected', 'validate() returned no user');
    return user;
  }

  private isPublic(execution: ExecutionContext): boolean {
    const [handler, controller] = [execution.getHandler(), execution.getClass()];
    const known = this.#public.get(handler)?.get(controller);
    if (known !== undefined) return known;
    const isPublic = this.reflector.getAllAndOverride(PUBLIC_METADATA, [handler, controller]) === true;
    const byController = this.#public.get(handler) ?? new WeakMap<object, boolean>();
    this.#public.set(handler, byController.set(controller, isPublic));
    return isPublic;
  }

  /** Why, for the operator; an expired token is everyday business. */
  private log(error: InvalidTokenError): void {
    const line = `401 ${error.code}: ${error.message}`;
    if (error.code === 'token_expired') this.#logger.debug(line);
    else this.#logger.warn(line);
  }
}
