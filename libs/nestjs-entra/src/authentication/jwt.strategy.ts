import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { AccessTokenClaims } from '../caller/access-token-claims.js';
import { CallerAdmission } from './caller-admission.js';
import { EntraJwtStrategy } from './entra-jwt.strategy.js';

/**
 * The passport-jwt strategy. When a token was validated, `validate()` runs, on every request, whether the
 * token is seen for the first time or known: it calls `onTokenValidated` and exchanges the token for
 * `options.scopes`, so that the cache is filled before a controller asks.
 *
 * Subclass it and override `validate()` to make something else of the caller; what it returns becomes
 * `request.user`. Register the subclass with `AuthModule.forRoot({ …, strategy: MyStrategy })`. The constructor is
 * the subclass's own: `constructor(private readonly members: Members) { super(); }`.
 */
@Injectable()
export class JwtStrategy extends PassportStrategy(EntraJwtStrategy) {
  // A property, for subclasses neither know of it nor pass it on.
  @Inject(CallerAdmission) private readonly callerAdmission!: CallerAdmission;

  constructor() {
    super({
      tokenOf: (request) => this.callerAdmission.tokenOf(request),
      keyFor: (request) => this.callerAdmission.keyFor(request),
      accept: (request, claims) => this.callerAdmission.accept(request, claims),
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
    return this.callerAdmission.admit(request, claims);
  }

  /** Called by `PassportStrategy`: a registry of its own, for passport's is one for the whole process. */
  getPassportInstance(): { use: (strategy: { name: string }) => void } {
    return { use: (strategy) => (strategy.name = `entra-${randomUUID()}`) };
  }
}
