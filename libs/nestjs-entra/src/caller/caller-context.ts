import { AsyncLocalStorage } from 'node:async_hooks';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { TOKEN_FLOW_OBSERVER } from '../auth.constants.js';
import { NoUserAssertionError } from '../errors/acquisition.errors.js';
import { AppOnlyCallerError } from '../errors/authorization.errors.js';
import { EntraAuthError } from '../errors/entra-auth.error.js';
import { carryErrorHeaders } from '../errors/failed-response.js';
import { restrictCaching, varyByCaller } from '../errors/response-caching.js';
import {
  RESPONSE_PARAMETERS,
  rememberParameters,
  type ResponseParameters,
} from '../errors/response-parameters.js';
import { endedRequest, lostContext } from './no-caller.js';
import { PipelinedResponses } from './pipelined-responses.js';
import { trackEnd } from './request-end.js';
import { Candidacy, RequestScope, type Caller } from './request-scope.js';
import type { TokenFlow, TokenFlowObserver } from './token-flow.js';
import { linkScope } from './validated-user.js';

/**
 * The current request, wherever the code stands: in a controller, or in any provider below it.
 * One instance belongs to one module instance, so two applications in a process never meet.
 */
@Injectable()
export class CallerContext {
  readonly #storage = new AsyncLocalStorage<RequestScope | Candidacy | undefined>();
  readonly #responses = new PipelinedResponses(this.#storage);

  /** Takes the steps of the current request; `undefined` unless somebody observes. */
  readonly flow: TokenFlow | undefined;

  constructor(
    @Optional() @Inject(RESPONSE_PARAMETERS) private readonly parameters?: ResponseParameters,
    @Optional() @Inject(TOKEN_FLOW_OBSERVER) private readonly observer?: TokenFlowObserver,
  ) {
    this.flow = observer && {
      step: (step) => {
        const { scope } = this;
        if (scope) observer.step(scope.request, step);
      },
    };
  }

  /** Runs `next` and everything it starts inside a new scope for `request`. */
  run<T>(request: object, next: () => T, response?: object): T {
    this.observer?.opened(request, response);
    const scope = new RequestScope(request, response, this);
    if (response !== undefined) {
      trackEnd(response);
      this.#responses.add(response, scope);
    }
    return this.#storage.run(scope, next);
  }

  /** Runs `next` and everything it starts as if the candidate were the caller; nobody else sees it. */
  runCandidacy<T>(candidacy: Candidacy, next: () => T): T {
    return this.#storage.run(candidacy, next);
  }

  /** Makes a candidate the caller of its request, which from here on is decided. @param validated what `validate()` returned */
  accept(candidacy: Candidacy, caller: Caller, validated: unknown, execution: object): void {
    const { scope } = candidacy;
    scope.validated = validated;
    scope.decidedFor = execution;
    linkScope(scope);
    candidacy.caller = scope.caller = caller;
    const cacheControl = this.parameters?.cacheControl;
    if (typeof cacheControl === 'string' && scope.response) restrictCaching(scope.response, cacheControl);
  }

  /** Notes that a response depends on whether a caller presents a token, though nobody does. */
  acceptNobody({ response }: RequestScope): void {
    if (typeof this.parameters?.cacheControl === 'string' && response) varyByCaller(response);
  }

  /**
   * Notes that an error is on its way to whoever called the API, and gives it back to be thrown. The answer will
   * have its headers, with the parameters of this module, even if a filter of the application writes it.
   */
  failed<Thrown>(error: Thrown): Thrown {
    this.flow?.step({ kind: 'failed', error });
    if (error instanceof EntraAuthError && this.parameters) {
      rememberParameters(error, this.parameters);
      const response = this.#storage.getStore()?.response;
      if (response) carryErrorHeaders(response, error, this.parameters);
    }
    return error;
  }

  /**
   * The scope of `request`, which the adapter's hook opened.
   *
   * A middleware that goes on from a callback of something shared (a pooled connection, say) may leave the request
   * in the scope of another one, or in none. Then the request is refused: entering a scope here would leave it
   * behind on whatever is shared, for others to find.
   *
   * @throws NoUserAssertionError when the current scope is not that of `request`
   */
  scopeOf(request: object | undefined): RequestScope {
    const current = this.scope;
    if (current !== undefined && current.request === request) return current;
    throw lostContext();
  }

  /**
   * The caller of the current request; `undefined` outside a request, on a public route, and before
   * `JwtStrategy.validate()` has let it in, and once the request has ended. What `validate()` itself runs sees whom it
   * decides about.
   */
  get caller(): Caller | undefined {
    const current = this.#storage.getStore();
    return current?.caller ?? scopeIn(current)?.caller;
  }

  /**
   * The user who calls, for whom tokens can be acquired.
   * @throws NoUserAssertionError where no user calls, or the request has ended
   * @throws AppOnlyCallerError when the caller is an application
   */
  requireUser(): Caller {
    const { caller } = this;
    if (!caller) throw this.missingCaller();
    if (caller.user.isAppOnly) throw this.failed(new AppOnlyCallerError());
    return caller;
  }

  /** Why there is no caller. */
  private missingCaller(): NoUserAssertionError {
    const end = this.scope?.end;
    if (end !== undefined) return endedRequest(end);
    return new NoUserAssertionError(
      'A token for the user was asked for, and there is no user: either no request is being served, or its route is @Public() or not guarded by JwtAuthGuard.',
    );
  }

  /** Whether a request is being served: the current scope is one that has not ended. */
  get isServing(): boolean {
    const { scope } = this;
    return scope !== undefined && scope.end === undefined;
  }

  /** The scope of the current request, whether it is running or has ended; `undefined` outside one. */
  get scope(): RequestScope | undefined {
    return scopeIn(this.#storage.getStore());
  }
}

function scopeIn(current: RequestScope | Candidacy | undefined): RequestScope | undefined {
  return current instanceof Candidacy ? current.scope : current;
}
