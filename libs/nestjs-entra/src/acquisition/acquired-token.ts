import type { CachedToken } from '../cache/cached-token.js';
import type { AcquiredToken } from './token-acquisition.options.js';

/** A remembered token as the application is told of it. */
export function describeToken(token: CachedToken, source: AcquiredToken['source']): AcquiredToken {
  const { accessToken, expiresAt, scopes, tenantId, correlationId } = token;
  return { accessToken, expiresOn: new Date(expiresAt), scopes, tenantId, source, correlationId };
}
