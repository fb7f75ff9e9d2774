import type { INestApplication } from '@nestjs/common';
import { auth } from 'express-oauth2-jwt-bearer';
import { API, ISSUER, LOGIN, TENANT_ID } from '../../identities.js';
import { onLoopback, type BenchApp } from '../bench-app.js';
import type { ServerSettings } from '../settings.js';
import { bare } from './bare.js';

/** Validation alone, with the middleware of express-oauth2-jwt-bearer, as its README shows it; Express only. */
export function expressOauth2JwtBearer(settings: ServerSettings): BenchApp {
  return {
    ...bare(),
    prepare(app: INestApplication) {
      app.use(
        auth({
          issuer: ISSUER,
          jwksUri: onLoopback(`${LOGIN}/${TENANT_ID}/discovery/v2.0/keys`, settings),
          audience: API.clientId,
          tokenSigningAlg: 'RS256',
        }),
      );
    },
  };
}
