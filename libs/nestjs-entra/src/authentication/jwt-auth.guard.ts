import { Inject, Injectable, Optional, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Assertion } from '../caller/assertion.js';
import { CallerContext } from '../caller/caller-context.js';
import { closeAtExpiry } from '../caller/close-at-expiry.js';
import { endedRequest } from '../caller/no-caller.js';
import { requestOf } from '../caller/request-of.js';
import { Candidacy, type RequestScope } from '../caller/request-scope.js';
import { routeOpening, type RouteOpening } from '../caller/route-opening.js';
import { RejectionLog } from '../errors/rejection-log.js';
import { InvalidTokenError } from '../errors/token.errors.js';
import { AccessTokenValidator } from './access-token.validator.js';
import { hasBearerScheme, presentedToken, requireToken68, type RequestWithHeaders } from './bearer-token.js';
import { JwtStrategy } from './jwt.strategy.js';
import { runStrategy } from './run-strategy.js';

type RequestWithUser = object & { user?: unknown };

/**
 * Lets a request through when its access token is valid, and makes its caller known. It is in force on
 * every route as soon as `AuthModule` is imported; `@Public()` opens one.
 */
@Injectable()
export class JwtAuthGuard implements CanActivate {
  // A property, because the constructor belongs to subclasses as well.
  @Optional() @Inject(RejectionLog) private readonly rejections = new RejectionLog();
  /** By handler and class: what decorators say does not change while the application runs. */
  readonly #openings = new WeakMap<object, WeakMap<object, RouteOpening>>();

  constructor(
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
    const scope = this.context.scopeOf(requestOf(execution));
    const request: RequestWithUser = scope.request;
    if (this.isPublic(execution) && this.asksNobody(execution, request)) {
      this.context.flow?.step({ kind: 'public_route' });
      if (this.openingOf(execution) === 'optional') this.context.acceptNobody(scope);
      return true;
    }
    if (scope.end !== undefined) throw endedRequest(scope.end);
    const assertion = new Assertion(presentedToken(request as RequestWithHeaders));
    const decided = this.decided(scope, assertion, execution);
    if (decided !== undefined) return decided;
    const candidacy = new Candidacy(scope, this.validator.recall(assertion));
    const validated = this.context.runCandidacy(candidacy, () => this.validate(candidacy, assertion));
    // What is known and has nothing to wait for is through without a promise.
    if (!(validated instanceof Promise)) return this.admit(candidacy, validated, execution);
    const settled = this.settle(candidacy, validated, execution);
    scope.admission = { assertion, decided: settled };
    return settled;
  }

  /**
   * One decision per request: a guard before this one, or another resolver, may have asked already. It is used again while
   * the token has not expired and its key is published; a socket carries many operations, and each is decided again. A
   * request that shows another token by now has no answer that would be true of both.
   */
  private decided(
    scope: RequestScope,
    assertion: Assertion,
    execution: ExecutionContext,
  ): true | Promise<true> | undefined {
    const { admission, caller } = scope;
    const decision = admission ?? caller;
    if (decision === undefined) return undefined;
    if (decision.assertion.id !== assertion.id) {
      throw this.logged(
        new InvalidTokenError('token_rejected', 'The request showed another access token before'),
      );
    }
    if (admission) return admission.decided;
    if (scope.decidedFor === execution) return true;
    if (scope.isUpgraded || !this.validator.isCurrent(assertion)) return undefined;
    scope.decidedFor = execution;
    return true;
  }

  private validate(candidacy: Candidacy, assertion: Assertion): unknown {
    const { request, caller } = candidacy;
    if (!caller) return this.validateFirstSeen(candidacy, assertion);
    try {
      const validated = this.strategy.validate(request, caller.user.claims);
      // A query of a database is a thenable, and says nothing of the user before it is awaited.
      return isThenable(validated) ? Promise.resolve(validated) : validated;
    } catch (error) {
      candidacy.reject();
      throw this.logged(error);
    }
  }

  private async validateFirstSeen(candidacy: Candidacy, assertion: Assertion): Promise<unknown> {
    const { request } = candidacy;
    try {
      requireToken68(assertion.reveal());
      await this.validator.prepare(candidacy, assertion);
      return await runStrategy(this.strategy, request);
    } finally {
      this.validator.release(request);
    }
  }

  private async settle(
    candidacy: Candidacy,
    validated: Promise<unknown>,
    execution: ExecutionContext,
  ): Promise<true> {
    const refused = (error: unknown) => {
      candidacy.reject();
      throw this.logged(error);
    };
    try {
      return this.admit(candidacy, await validated.catch(refused), execution);
    } finally {
      candidacy.scope.admission = undefined;
    }
  }

  private admit(candidacy: Candidacy, user: unknown, execution: ExecutionContext): true {
    if (!user) {
      candidacy.reject();
      throw this.logged(new InvalidTokenError('token_rejected', 'validate() returned no user'));
    }
    const { request, scope, caller } = candidacy;
    // A request that takes no user throws: then nobody is the caller, whatever validate() left behind.
    candidacy.reject();
    // It ended in the meantime, so nobody is left to whom the handler could answer.
    if (!caller) throw endedRequest(scope.end ?? 'closed');
    (request as RequestWithUser).user = user;
    this.context.accept(candidacy, caller, user, execution);
    if (scope.isUpgraded) closeAtExpiry(scope, this.validator.expiresAt(caller.user));
    return true;
  }

  /** Messages have no scope. In one of somebody else nothing is let through: it would act for that caller. */
  private isPublicMessage(execution: ExecutionContext): boolean {
    const type = execution.getType();
    return (type === 'rpc' || type === 'ws') && !this.context.isServing && this.isPublic(execution);
  }

  /**
   * Whether a route is open to requests without a token. A subclass may override it; whatever it returns for other
   * routes, call `super.isPublic(context)` for those that `@Public()` marks.
   */
  protected isPublic(context: ExecutionContext): boolean {
    return this.openingOf(context) !== false;
  }

  /** A public route looks at no token, and one with an optional caller only at a token that is there. */
  private asksNobody(execution: ExecutionContext, request: object): boolean {
    return this.openingOf(execution) !== 'optional' || !hasBearerScheme(request as RequestWithHeaders);
  }

  private openingOf(execution: ExecutionContext): RouteOpening {
    const [handler, controller] = [execution.getHandler(), execution.getClass()];
    const known = this.#openings.get(handler)?.get(controller);
    if (known !== undefined) return known;
    const opening = routeOpening(controller, handler);
    const byController = this.#openings.get(handler) ?? new WeakMap<object, RouteOpening>();
    this.#openings.set(handler, byController.set(controller, opening));
    return opening;
  }

  /** Gives an error back, and says for the operator why a token was refused; an expired one is everyday business. */
  private logged(error: unknown): unknown {
    if (error instanceof InvalidTokenError) {
      const line = `401 ${error.code}: ${error.reason}`;
      this.rejections.write(error.code === 'token_expired' ? 'debug' : 'warn', error.code, line);
    }
    return error;
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as Partial<PromiseLike<unknown>> | null | undefined)?.then === 'function';
}
