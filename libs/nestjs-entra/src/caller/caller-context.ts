import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import type { Assertion } from './assertion.js';
import type { EntraUser } from './entra-user.js';

/** Who calls, and the token that proves it. */
export interface Caller {
  readonly user: EntraUser;
  readonly assertion: Assertion;
}

/** What one request carries along. It is filled in as the request passes the stations. */
export interface RequestScope {
  /** The framework's request object this scope belongs to. */
  readonly request: object;
  assertion?: Assertion;
  caller?: Caller;
}

/**
 * The current request, wherever the code stands: in a controller, or in any provider below it.
 * One instance belongs to one module instance, so two applications in a process never meet.
 */
@Injectable()
export class CallerContext {
  readonly #storage = new AsyncLocalStorage<RequestScope>();

  /** Runs `next` and everything it starts inside a new scope for `request`. */
  run<T>(request: object, next: () => T): T {
    return this.#storage.run({ request }, next);
  }

  /**
   * The scope of `request`. Where no adapter hook opened one (a microservice message, a context of the
   * user's own), a new one is entered; call it before the first `await`, for a scope that is entered
   * later does not reach the code that comes after the guard.
   */
  scopeOf(request: object): RequestScope {
    const current = this.#storage.getStore();
    if (current?.request === request) return current;
    const scope: RequestScope = { request };
    this.#storage.enterWith(scope);
    return scope;
  }

  /** The caller of the current request; `undefined` outside a request and on a public route. */
  get caller(): Caller | undefined {
    return this.#storage.getStore()?.caller;
  }

  /** The scope of the current request; `undefined` outside one. */
  get scope(): RequestScope | undefined {
    return this.#storage.getStore();
  }
}
