import type { KeyObject } from 'node:crypto';
import { HttpException, Inject, Injectable } from '@nestjs/common';
import { isPrefetching } from '../acquisition/is-prefetching.js';
import { TokenAcquisitionService } from '../acquisition/token-acquisition.service.js';
import { RESOLVED_OPTIONS } from '../auth.constants.js';
import type { AccessTokenClaims } from '../caller/access-token-claims.js';
import { CallerContext } from '../caller/caller-context.js';
import { endedRequest } from '../caller/no-caller.js';
import type { EntraUser } from '../caller/entra-user.js';
import { NoUserAssertionError } from '../errors/acquisition.errors.js';
import { quoteThrown } from '../errors/log-text.js';
import { InvalidTokenError } from '../errors/token.errors.js';
import type { TokenValidatedContext } from '../options/entra-auth-options.js';
import type { ResolvedOptions } from '../options/resolved-options.js';
import { AccessTokenValidator } from './access-token.validator.js';
import type { EntraJwtStrategyOptions } from './entra-jwt.strategy.js';

/**
 * What `JwtStrategy` does with a request, in a provider of its own: so the constructor of the strategy takes
 * nothing, and belongs to whoever subclasses it.
 */
@Injectable()
export class CallerAdmission implements EntraJwtStrategyOptions {
  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly context: CallerContext,
    private readonly tokens: TokenAcquisitionService,
    private readonly validator: AccessTokenValidator,
  ) {}

  tokenOf(request: object): string {
    return this.validator.tokenOf(request);
  }

  keyFor(request: object): KeyObject {
    return this.validator.keyFor(request);
  }

  accept(request: object, claims: Record<string, unknown>): void {
    this.validator.accept(request, claims);
  }

  /** Tells `onTokenValidated`, and exchanges the token for `options.scopes`. */
  admit(request: unknown, claims: AccessTokenClaims): EntraUser | Promise<EntraUser> {
    const user = this.context.caller?.user;
    if (!user) throw this.missingCandidate();
    // Nothing to wait for: a promise here would cost a known token more than all its checks.
    const { onTokenValidated, scopes } = this.options;
    if (!onTokenValidated && (scopes.length === 0 || this.isAcquired(scopes))) return user;
    return this.welcome(user, claims, request);
  }

  private missingCandidate(): NoUserAssertionError {
    const end = this.context.scope?.end;
    if (end !== undefined) return endedRequest(end);
    return new NoUserAssertionError('JwtStrategy.validate() was called outside JwtAuthGuard');
  }

  private async welcome(user: EntraUser, claims: AccessTokenClaims, request: unknown): Promise<EntraUser> {
    const { onTokenValidated, scopes } = this.options;
    if (onTokenValidated) await tell(onTokenValidated, { user, claims, request });
    if (scopes.length > 0 && isPrefetching(this.tokens)) await this.tokens.prefetch(scopes);
    return user;
  }

  /** Whether there is nothing to exchange: it is in memory, or a test replaced what acquires tokens. */
  private isAcquired(scopes: readonly string[]): boolean {
    return !isPrefetching(this.tokens) || this.tokens.prefetched(scopes) !== undefined;
  }
}

async function tell(
  onTokenValidated: NonNullable<ResolvedOptions['onTokenValidated']>,
  context: TokenValidatedContext,
): Promise<void> {
  try {
    await onTokenValidated(context);
  } catch (cause) {
    if (cause instanceof HttpException) throw cause;
    throw new InvalidTokenError('token_rejected', `onTokenValidated threw ${quoteThrown(cause)}`, {
      cause,
    });
  }
}
