import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { TokenAcquisitionService } from '../acquisition/token-acquisition.service.js';
import { rememberTokens } from './request-tokens.js';
import { routeScopes, scopesOf } from './route-scopes.js';

/** The scopes of one route, by the way they are acquired. */
interface Plan {
  readonly blocking: readonly string[];
  readonly background: readonly string[];
}

/**
 * Acquires the tokens of a route's `@DownstreamScopes()` before its handler runs, so that the handler finds
 * them in memory. `@DownstreamScopes()` puts it on its own routes; registered globally it would cost every
 * request more than all the rest of this library.
 */
@Injectable()
export class DownstreamTokensInterceptor implements NestInterceptor {
  /** By class and handler: what decorators say does not change while the application runs. */
  readonly #plans = new WeakMap<object, WeakMap<object, Plan>>();

  constructor(private readonly tokens: TokenAcquisitionService) {}

  intercept(
    execution: ExecutionContext,
    next: CallHandler,
  ): Observable<unknown> | Promise<Observable<unknown>> {
    const { blocking, background } = this.plan(execution.getClass(), execution.getHandler());
    // Its failure is remembered, or met again, when the handler asks; here nobody waits for it.
    if (background.length > 0) this.tokens.prefetch(background).catch(() => undefined);
    if (blocking.length === 0) return next.handle();
    // A promise costs a request more than the look into memory.
    const known = this.tokens.prefetched(blocking);
    if (!known) return this.prefetch(execution, blocking, next);
    rememberTokens(execution, known);
    return next.handle();
  }

  private async prefetch(
    execution: ExecutionContext,
    scopes: readonly string[],
    next: CallHandler,
  ): Promise<Observable<unknown>> {
    rememberTokens(execution, await this.tokens.prefetch(scopes));
    return next.handle();
  }

  private plan(controller: object, handler: object): Plan {
    const ofClass = this.#plans.get(controller) ?? new WeakMap<object, Plan>();
    this.#plans.set(controller, ofClass);
    const known = ofClass.get(handler);
    if (known) return known;
    const route = routeScopes(controller, handler);
    const plan = { blocking: scopesOf(route, 'blocking'), background: scopesOf(route, 'background') };
    ofClass.set(handler, plan);
    return plan;
  }
}
