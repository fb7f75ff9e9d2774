import { Injectable, Logger, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { PUBLIC_METADATA } from '../auth.constants.js';
import { Assertion } from '../caller/assertion.js';
import { CallerContext, type Caller, type RequestScope } from '../caller/caller-context.js';
import { requestOf } from '../caller/request-of.js';
import { InvalidTokenError } from '../errors/token.errors.js';
import { AccessTokenValidator } from './access-token.validator.js';
import { presentedToken, requireToken68, type RequestWithHeaders } from './bearer-token.js';
import { JwtStrategy } from './jwt.strategy.js';
import { runStrategy } from './run-strategy.js';

type RequestWithUser = object & { user?: unknown };

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

  canActivate(execution: ExecutionContext): boolean | Promise<boolean> {
    if (this.isPublicMessage(execution)) return true;
    try {
      const admitted = this.authenticate(execution);
      return admitted instanceof Promise ? admitted.catch((error) => this.refuse(error)) : admitted;
    } catch (error) {
      return this.refuse(error);
    }
  }

  private refuse(error: unknown): never {
    throw this.context.failed(error);
  }

  private authenticate(execution: ExecutionContext): boolean | Promise<boolean> {
    // Before the first await: a scope entered later would not reach the handler.
    const request: RequestWithUser = requestOf(execution);
    const scope = this.context.scopeOf(request);
    if (this.isPublic(execution)) {
      this.context.flow?.step({ kind: 'public_route' });
      return true;
    }
    const assertion = new Assertion(presentedToken(request as RequestWithHeaders));
    const known = this.validator.recall(assertion);
    // Asked a second time, by a guard before it or beside the global one: what validate() does is done.
    if (known && scope.admitted?.assertion.id === assertion.id) return true;
    scope.caller = known;
    // What is known and has nothing to wait for is through without a promise.
    const validated = scope.caller
      ? this.validateKnown(request, scope, scope.caller)
      : this.validateFirstSeen(request, scope, assertion);
    if (validated instanceof Promise) return this.settle(request, scope, validated);
    return this.admit(request, scope, validated);
  }

  private validateKnown(request: object, scope: RequestScope, { user }: Caller): unknown {
    try {
      return this.strategy.validate(request, user.claims);
    } catch (error) {
      scope.caller = undefined;
      throw error;
    }
  }

  private async validateFirstSeen(
    request: object,
    scope: RequestScope,
    assertion: Assertion,
  ): Promise<unknown> {
    try {
      requireToken68(assertion.reveal());
      await this.validator.prepare(scope, assertion);
      return await runStrategy(this.strategy, request);
    } finally {
      this.validator.release(request);
    }
  }

  private async settle(
    request: RequestWithUser,
    scope: RequestScope,
    validated: Promise<unknown>,
  ): Promise<true> {
    try {
      return this.admit(request, scope, await validated);
    } catch (error) {
      scope.caller = undefined;
      if (error instanceof InvalidTokenError) this.log(error);
      throw error;
    }
  }

  private admit(request: RequestWithUser, scope: RequestScope, user: unknown): true {
    if (!user) {
      scope.caller = undefined;
      throw new InvalidTokenError('token_rejected', 'validate() returned no user');
    }
    request.user = user;
    scope.admitted = scope.caller;
    return true;
  }

  /** Messages have no scope. In one of somebody else nothing is let through: it would act for that caller. */
  private isPublicMessage(execution: ExecutionContext): boolean {
    const type = execution.getType();
    return (type === 'rpc' || type === 'ws') && !this.context.scope && this.isPublic(execution);
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
    const line = `401 ${error.code}: ${error.reason}`;
    if (error.code === 'token_expired') this.#logger.debug(line);
    else this.#logger.warn(line);
  }
}
