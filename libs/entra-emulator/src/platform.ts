import type { BrowserSessions } from './authorize/browser-sessions.js';
import type { Transactions } from './authorize/transactions.js';
import type { RecordedRequest } from './endpoints/request-log.js';
import type { Faults } from './policies/faults.js';
import type { RequestLoops } from './policies/request-loops.js';
import type { RequiredClaims } from './policies/required-claims.js';
import type { SignIns } from './policies/sign-ins.js';
import type { Consents } from './tenants/consents.js';
import type { Directory } from './tenants/directory.js';
import type { AuthorizationCodes } from './tokens/authorization-codes.js';
import type { RefreshTokens } from './tokens/refresh-tokens.js';
import type { SigningKeys } from './tokens/signing-keys.js';

/** Everything one emulator knows; the endpoints and grants work on it. */
export interface Platform {
  /** Base address, `https://localhost:{port}`: host of issuers and endpoints. */
  readonly url: string;
  /** The clock, in milliseconds since 1970. */
  readonly now: () => number;
  /** Fixed lifetime of access tokens in seconds; undefined for Entra's own lifetimes. */
  readonly accessTokenLifetimeSeconds: number | undefined;
  readonly directory: Directory;
  readonly consents: Consents;
  readonly signingKeys: SigningKeys;
  readonly authorizationCodes: AuthorizationCodes;
  readonly refreshTokens: RefreshTokens;
  readonly browserSessions: BrowserSessions;
  readonly transactions: Transactions;
  readonly requiredClaims: RequiredClaims;
  readonly signIns: SignIns;
  readonly faults: Faults;
  /** Every request that was answered, in order. */
  readonly requests: RecordedRequest[];
  /** Present when request loops are refused. */
  readonly requestLoops: RequestLoops | undefined;
  /** Fetches the keys of federated identity providers; trusts the emulator's certificate. */
  readonly fetch: typeof globalThis.fetch;
}
