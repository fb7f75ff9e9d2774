import type { CachedToken } from '../cache/cached-token.js';
import type { TokenRequest } from './token-request.js';

/**
 * Whether a token is of the very assertion, user and tenant that a request is for. The key says so already, and
 * the token says it again: a fault in the one is caught by the other.
 */
export function isOwnedBy(
  token: Pick<CachedToken, 'assertionId' | 'userId' | 'tenantId'>,
  request: TokenRequest,
): boolean {
  return (
    token.assertionId === request.assertionId &&
    token.userId === request.userId &&
    token.tenantId === request.tenantId
  );
}
