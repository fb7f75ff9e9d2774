import { randomUUID } from 'node:crypto';
import { HttpException, Inject, Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { TokenAcquisitionService } from '../acquisition/token-acquisition.service.js';
import { RESOLVED_OPTIONS } from '../auth.constants.js';
import type { AccessTokenClaims } from '../caller/access-token-claims.js';
import { CallerContext } from '../caller/caller-context.js';
import type { EntraUser } from '../caller/entra-user.js';
import { NoUserAssertionError } from '../errors/acquisition.errors.js';
import { InvalidTokenError } from '../errors/token.errors.js';
import type { ResolvedOptions } from '../options/resolved-options.js';
import { AccessTokenValidator } from './access-token.validator.js';
import { EntraJwtStrategy } from './entra-jwt.strategy.js';

/**
 * The passport-jwt strategy. When a token was validated, `validate()` runs, on every request, whether the
 * token is seen for the first time or known: it calls `onTokenValidated` and exchanges the token for
 * `options.scopes`, so that the cache is filled before a controller asks.
 *
 * Subclass it and override `validate()` to make something else of the caller; what it returns becomes
 * `request.user`. Register the subclass with `AuthModule.forRoot({ …, strategy: MyStrategy })`.
 */
@Injectable()
export class JwtStrategy extends PassportStrategy(EntraJwtStrategy) {
  constructor(
    @Inject(RESOLVED_OPTIONS) protected readonly options: ResolvedOptions,
    protected readonly context: CallerContext,
    protected readonly tokens: TokenAcquisitionService,
    validator: AccessTokenValidator,
  ) {
    super({
      tokenOf: (request) => validator.tokenOf(request),
      keyFor: (request) => validator.keyFor(request),
      accept: (request, claims) => validator.accept(request, claims),
    });
  }

  /**
   * What becomes of a validated token.
   *
   * @param request the framework's request object
   * @param claims what the token says
   * @returns the user, or a promise of it; a value that is falsy refuses the request
   */
  validate(request: unknown, claims: AccessTokenClaims): unknown {
    const user = this.context.caller?.user;
    if (!user) throw new NoUserAssertionError('JwtStrategy.validate() was called outside JwtAuthGuard');
    // Nothing to wait for: a promise here would cost a known token more than all its checks.
    const { onTokenValidated, scopes } = this.options;
    if (!onTokenValidated && (scopes.length === 0 || this.tokens.prefetched(scopes))) return user;
    return this.welcome(user, claims, request);
  }

  private async welcome(user: EntraUser, claims: AccessTokenClaims, request: unknown): Promise<EntraUser> {
    if (this.options.onTokenValidated) await this.tellTokenValidated(user, claims, request);
    if (this.options.scopes.length > 0) await this.tokens.prefetch(this.options.scopes);
    return user;
  }

  private async tellTokenValidated(
    user: EntraUser,
    claims: AccessTokenClaims,
    request: unknown,
  ): Promise<void> {
    try {
      await this.options.onTokenValidated?.({ user, claims, request });
    } catch (cause) {
      if (cause instanceof HttpException) throw cause;
      throw new InvalidTokenError('token_rejected', `onTokenValidated threw ${String(cause)}`, { cause });
    }
  }

  /** Called by `PassportStrategy`: a registry of its own, for passport's is one for the whole process. */
  getPassportInstance(): { use: (strategy: { name: string }) => void } {
    return { use: (strategy) => (strategy.name = `entra-${randomUUID()}`) };
  }
}
