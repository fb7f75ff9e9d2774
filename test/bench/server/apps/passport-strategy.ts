import { Injectable, type Type } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { passportJwtSecret } from 'jwks-rsa';
import passportJwt from 'passport-jwt';
import { API, ISSUER, LOGIN, TENANT_ID } from '../../identities.js';
import { onLoopback } from '../bench-app.js';
import type { ServerSettings } from '../settings.js';

const { ExtractJwt, Strategy } = passportJwt;

/** The bearer token of a request. */
export const bearerToken = ExtractJwt.fromAuthHeaderAsBearerToken();

/** What an application makes of a validated token: the last step of a strategy. */
export type Validate = (request: Parameters<typeof bearerToken>[0], claims: object) => Promise<object>;

/** passport-jwt with the keys of jwks-rsa, as the documentation of Nest and the READMEs of both show it. */
export function passportStrategy(settings: ServerSettings, validate: Validate): Type {
  @Injectable()
  class JwtStrategy extends PassportStrategy(Strategy) {
    constructor() {
      super({
        secretOrKeyProvider: passportJwtSecret({
          cache: true,
          rateLimit: true,
          jwksRequestsPerMinute: 5,
          jwksUri: onLoopback(`${LOGIN}/${TENANT_ID}/discovery/v2.0/keys`, settings),
        }),
        jwtFromRequest: bearerToken,
        audience: API.clientId,
        issuer: ISSUER,
        algorithms: ['RS256'],
        passReqToCallback: true,
      });
    }

    validate(request: Parameters<typeof bearerToken>[0], claims: object) {
      return validate(request, claims);
    }
  }
  return JwtStrategy;
}
