import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { TokenAcquisitionService } from '../acquisition/token-acquisition.service.js';
import { requestOf } from '../caller/request-of.js';
import { rememberTokens } from './request-tokens.js';
import { routeScopes } from './route-scopes.js';

/**
 * Acquires the tokens of a route's `@DownstreamScopes()` before its handler runs, so that the handler finds
 * them in memory. `@DownstreamScopes()` puts it on its own routes; registered globally it would cost every
 * request more than all the rest of this library.
 */
@Injectable()
export class DownstreamTokensInterceptor implements NestInterceptor {
  constructor(private readonly tokens: TokenAcquisitionService) {}

  async intercept(execution: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const scopes = routeScopes(execution.getClass(), execution.getHandler());
    rememberTokens(requestOf(execution), await this.tokens.prefetch(scopes));
    return next.handle();
  }
}
