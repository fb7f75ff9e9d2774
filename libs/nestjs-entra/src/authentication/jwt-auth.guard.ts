import { Injectable, Logger, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Assertion } from '../caller/assertion.js';
import { CallerContext } from '../caller/caller-context.js';
import { requestOf } from '../caller/request-of.js';
import { Candidacy, type RequestScope } from '../caller/request-scope.js';
import { routeOpening, type RouteOpening } from '../caller/route-opening.js';
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
  readonly #logger = new Logger('EntraAuth');
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
    const request: RequestWithUser = requestOf(execution);
    const scope = this.context.scopeOf(request);
    if (this.isPublic(execution) && this.asksNobody(execution, request)) {
      this.context.flow?.step({ kind: 'public_route' });
      return true;
    }
    const assertion = new Assertion(presentedToken(request as RequestWithHeaders));
    if (scope.caller || scope.admission) return this.decided(scope, assertion);
    const candidacy = new Candidacy(scope, this.validator.recall(assertion));
    const validated = this.context.runCandidacy(candidacy, () => this.validate(candidacy, assertion));
    // What is known and has nothing to wait for is through without a promise.
    if (!(validated instanceof Promise)) return this.admit(candidacy, validated);
    const decided = this.settle(candidacy, validated);
    scope.admission = { assertion, decided };
    return decided;
  }

  /**
   * One decision per request: a guard before this one, or a resolver beside it, asked already. A request that shows
   * another token by now has no answer that would be true of both.
   */
  private decided({ caller, admission }: RequestScope, { id }: Assertion): true | Promise<true> {
    if ((caller ?? admission)?.assertion.id === id) return admission?.decided ?? true;
    throw this.logged(
      new InvalidTokenError('token_rejected', 'The request showed another access token before'),
    );
  }

  private validate(candidacy: Candidacy, assertion: Assertion): unknown {
    const { request, caller } = candidacy;
    if (!caller) return this.validateFirstSeen(candidacy, assertion);
    try {
      const validated = this.strategy.validate(request, caller.user.claims);
      // A query of a database is a thenable, and says nothing of the user before it is awaited.
      return isThenable(validated) ? Promise.resolve(validated) : validated;
    } catch (error) {
      candidacy.caller = undefined;
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

  private async settle(candidacy: Candidacy, validated: Promise<unknown>): Promise<true> {
    const refused = (error: unknown) => {
      candidacy.caller = undefined;
      throw this.logged(error);
    };
    try {
      return this.admit(candidacy, await validated.catch(refused));
    } finally {
      candidacy.scope.admission = undefined;
    }
  }

  private admit(candidacy: Candidacy, user: unknown): true {
    if (!user) {
      candidacy.caller = undefined;
      throw this.logged(new InvalidTokenError('token_rejected', 'validate() returned no user'));
    }
    const { request, scope, caller } = candidacy;
    // A request that takes no user throws: then nobody is the caller, whatever validate() left behind.
    candidacy.caller = undefined;
    (request as RequestWithUser).user = user;
    candidacy.caller = scope.caller = caller;
    return true;
  }

  /** Messages have no scope. In one of somebody else nothing is let through: it would act for that caller. */
  private isPublicMessage(execution: ExecutionContext): boolean {
    const type = execution.getType();
    return (type === 'rpc' || type === 'ws') && !this.context.scope && this.isPublic(execution);
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
      if (error.code === 'token_expired') this.#logger.debug(line);
      else this.#logger.warn(line);
    }
    return error;
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as Partial<PromiseLike<unknown>> | null | undefined)?.then === 'function';
}
