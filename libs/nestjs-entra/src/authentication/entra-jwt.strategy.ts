import type { KeyObject } from 'node:crypto';
import { Strategy } from 'passport-jwt';
import { detach } from '../own-properties.js';

/** Ends one run of a strategy: with an error, or with a user. */
export type Done = (error: unknown, user?: unknown) => void;

/** What is called once a token is verified and its claims are accepted. */
export type Verify = (request: object, claims: Readonly<Record<string, unknown>>, done: Done) => void;

/** A passport strategy: the part of it that is used here. */
export interface PassportStrategyInstance {
  /** The name it is registered under. */
  name: string;
  /** Runs it on one request; passport puts `success`, `fail` and `error` on a copy of it beforehand. */
  authenticate(request: object, options?: object): void;
}

/**
 * Every option of jsonwebtoken, so that none of them is read from `Object.prototype`: only the signature is checked,
 * with the algorithm and key given.
 */
const SIGNATURE_ONLY = {
  ignoreNotBefore: true,
  allowInvalidAsymmetricKeyTypes: undefined,
  clockTimestamp: undefined,
  clockTolerance: undefined,
  complete: undefined,
  jwtid: undefined,
  maxAge: undefined,
  nonce: undefined,
  subject: undefined,
};

/**
 * passport-jwt's own strategy, with the types of what it does. Its published types know neither key objects
 * nor Fastify, and would have to be installed by everyone who uses this library.
 */
const PassportJwtStrategy = Strategy as unknown as new (
  options: {
    jwtFromRequest: (request: object) => string;
    secretOrKeyProvider: (
      request: object,
      token: string,
      done: (error: unknown, key?: KeyObject) => void,
    ) => void;
    secretOrKey: undefined;
    audience: undefined;
    issuer: undefined;
    algorithms: readonly string[];
    ignoreExpiration: boolean;
    jsonWebTokenOptions: typeof SIGNATURE_ONLY;
    passReqToCallback: true;
  },
  verify: Verify,
) => PassportStrategyInstance;

/** What the strategy asks for each request. */
export interface EntraJwtStrategyOptions {
  /** The bearer token of a request, which was taken from its header beforehand. */
  tokenOf: (request: object) => string;
  /** The published key that the token of a request names, fetched beforehand. */
  keyFor: (request: object) => KeyObject;
  /** The rules of the claims; runs once the signature holds, throws to refuse. */
  accept: (request: object, claims: Record<string, unknown>) => void;
}

/**
 * passport-jwt, and the Entra rules between its signature check and `validate()`.
 *
 * passport-jwt checks the signature alone: RS256, with a key that it never looks up itself. Times, issuer
 * and audience are left to the rules, which know more than its options can say.
 */
export class EntraJwtStrategy extends PassportJwtStrategy {
  constructor({ tokenOf, keyFor, accept }: EntraJwtStrategyOptions, verify: Verify) {
    super(
      {
        jwtFromRequest: tokenOf,
        secretOrKeyProvider: (request, _token, done) => done(null, keyFor(request)),
        secretOrKey: undefined,
        audience: undefined,
        issuer: undefined,
        algorithms: ['RS256'],
        ignoreExpiration: true,
        jsonWebTokenOptions: SIGNATURE_ONLY,
        passReqToCallback: true,
      },
      (request, claims, done) => {
        try {
          accept(request, detach(claims));
        } catch (error) {
          done(error);
          return;
        }
        verify(request, claims, done);
      },
    );
  }
}
