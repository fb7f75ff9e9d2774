import {
  Injectable,
  Optional,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
  type OnModuleInit,
} from '@nestjs/common';
import type { Observable } from 'rxjs';
import { isPrefetching } from '../acquisition/is-prefetching.js';
import { TokenAcquisitionService } from '../acquisition/token-acquisition.service.js';
import { ConfigurationError } from '../errors/configuration.error.js';
import { rememberTokens } from './request-tokens.js';
import { routeScopes, scopesOf } from './route-scopes.js';
import { UnacquiredTokens } from './unacquired-tokens.js';

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
export class DownstreamTokensInterceptor implements NestInterceptor, OnModuleInit {
  /** By class and handler: what decorators say does not change while the application runs. */
  readonly #plans = new WeakMap<object, WeakMap<object, Plan>>();

  readonly #isPrefetching: boolean;

  // Optional, so that a unit test can instantiate a controller without AuthModule.
  constructor(@Optional() private readonly tokens?: TokenAcquisitionService) {
    this.#isPrefetching = tokens !== undefined && isPrefetching(tokens);
  }

  /** @throws ConfigurationError when an application starts in which no token could be acquired */
  onModuleInit(): void {
    if (!this.tokens) throw withoutModule();
  }

  intercept(
    execution: ExecutionContext,
    next: CallHandler,
  ): Observable<unknown> | Promise<Observable<unknown>> {
    const { tokens } = this;
    if (!tokens) throw withoutModule();
    const { blocking, background } = this.plan(execution.getClass(), execution.getHandler());
    if (!this.#isPrefetching) {
      if (blocking.length > 0) rememberTokens(execution, new UnacquiredTokens(tokens, blocking));
      return next.handle();
    }
    // Its failure is remembered, or met again, when the handler asks; here nobody waits for it.
    if (background.length > 0) tokens.prefetch(background).catch(() => undefined);
    if (blocking.length === 0) return next.handle();
    // A promise costs a request more than the look into memory.
    const known = tokens.prefetched(blocking);
    if (!known) return this.prefetch(tokens, execution, blocking, next);
    rememberTokens(execution, known);
    return next.handle();
  }

  private async prefetch(
    tokens: TokenAcquisitionService,
    execution: ExecutionContext,
    scopes: readonly string[],
    next: CallHandler,
  ): Promise<Observable<unknown>> {
    rememberTokens(execution, await tokens.prefetch(scopes));
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

function withoutModule(): ConfigurationError {
  return new ConfigurationError(
    'A controller has @DownstreamScopes() or its like and its module has no TokenAcquisitionService; import AuthModule.forRoot() in the root module, and AuthModule in the module of the controller when isGlobal is false.',
  );
}
