import type { Exchange } from '../endpoints/exchange.js';
import type { Platform } from '../platform.js';
import { MICROSOFT_GRAPH_ID, MICROSOFT_GRAPH_URI } from '../tenants/microsoft-applications.js';
import type { EmulatedUser } from '../tenants/user.js';
import { isOfUser, scopesIn } from '../tokens/caller-kind.js';
import type { Claims } from '../tokens/claims.js';
import { verifyGraphToken } from '../tokens/graph-token.js';
import { GraphError } from './graph-error.js';

/** Who calls Microsoft Graph. */
export interface GraphCaller {
  readonly claims: Claims;
  /** Undefined for an application without a user. */
  readonly user: EmulatedUser | undefined;
  /** Scopes of the token, lower case. */
  readonly scopes: ReadonlySet<string>;
}

/** Checks the bearer token of a request: issued here, for Microsoft Graph, in time, and not revoked. */
export function authenticateGraphCaller(platform: Platform, { headers }: Exchange): GraphCaller {
  const [, token] = /^Bearer +([^\s,]+)$/i.exec(headers.authorization ?? '') ?? [];
  if (token === undefined) {
    throw new GraphError(401, 'InvalidAuthenticationToken', 'Access token is empty.');
  }
  const claims = verifyGraphToken(platform.signingKeys, token)?.payload;
  if (claims === undefined) {
    throw new GraphError(
      401,
      'InvalidAuthenticationToken',
      'Access token validation failure. Invalid signature.',
    );
  }
  if (claims['aud'] !== MICROSOFT_GRAPH_URI && claims['aud'] !== MICROSOFT_GRAPH_ID) {
    throw new GraphError(
      401,
      'InvalidAuthenticationToken',
      'Access token validation failure. Invalid audience.',
    );
  }
  checkTime(claims, platform.now());
  const scopes = new Set(scopesIn(claims).map((scope) => scope.toLowerCase()));
  const user = isOfUser(claims) ? findUser(platform, claims) : undefined;
  return { claims, user, scopes };
}

/** Refuses a caller without any of the scopes. */
export function requireScope(
  { scopes }: GraphCaller,
  accepted: readonly string[],
  refusal: GraphError,
): void {
  if (!accepted.some((scope) => scopes.has(scope.toLowerCase()))) {
    throw refusal;
  }
}

function checkTime({ exp, nbf }: Claims, now: number): void {
  const isInTime = typeof exp === 'number' && now < exp * 1000 && now >= (Number(nbf) || 0) * 1000;
  if (!isInTime) {
    throw new GraphError(
      401,
      'InvalidAuthenticationToken',
      'Lifetime validation failed, the token is expired.',
    );
  }
}

/** A user who is gone, or whose sessions were revoked after the token was issued (continuous access evaluation). */
function findUser(platform: Platform, claims: Claims): EmulatedUser {
  const user = platform.directory.findUser(String(claims['tid']), String(claims['oid']));
  if (user === undefined || user.deleted || user.disabled) {
    throw new GraphError(
      401,
      'InvalidAuthenticationToken',
      'The user of the token does not exist or is disabled.',
    );
  }
  const validFrom = user.tokensValidFrom?.getTime();
  const issuedAt = platform.signIns.issuedAt(claims['uti']);
  if (validFrom !== undefined && issuedAt !== undefined && issuedAt < validFrom) {
    const nbf = { essential: true, value: String(Math.ceil(validFrom / 1000)) };
    throw new GraphError(
      401,
      'InvalidAuthenticationToken',
      'Continuous access evaluation resulted in claims challenge with result: InteractionRequired and code: ' +
        'TokenIssuedBeforeRevocationTimestamp',
      JSON.stringify({ access_token: { nbf } }),
    );
  }
  return user;
}
