import { createHash, randomBytes, randomUUID } from 'node:crypto';

/** Unique identifier of a token, 22 characters; Entra's `jti`. */
export function newUti(): string {
  return randomBytes(16).toString('base64url');
}

/** Internal value `aio` of a token. Nobody but Entra can read it. */
export function newAio(): string {
  return randomBytes(48).toString('base64url');
}

/** Internal value `rh` of a token: version, tenant and resource, packed. */
export function newRh(tenantId: string, resourceId: string): string {
  const digest = createHash('sha256').update(`${tenantId}/${resourceId}`).digest('base64url');
  return `1.A${digest}.`;
}

/** Internal value `xms_ftd` of a token. */
export function newXmsFtd(): string {
  return randomBytes(45).toString('base64url');
}

/** Header value `nonce` of a Microsoft Graph token, 43 characters. */
export function newHeaderNonce(): string {
  return randomBytes(32).toString('base64url');
}

/** Session id. */
export function newSessionId(): string {
  return randomUUID();
}

/** A refresh token: opaque, about as long as Entra's, with Entra's prefix. */
export function newRefreshToken(): string {
  return `1.A${randomBytes(768).toString('base64url')}`;
}

/** An authorization code: opaque, with Entra's prefix. */
export function newAuthorizationCode(): string {
  return `1.A${randomBytes(384).toString('base64url')}`;
}

/** A value that nobody can guess, for cookies and forms. */
export function newHandle(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * Subject of a user for one application: 43 characters, stable, and of no use elsewhere
 * (OpenID Connect Core §8.1, pairwise).
 */
export function pairwiseSubject(tenantId: string, userId: string, applicationId: string): string {
  return createHash('sha256')
    .update(`${tenantId}/${userId}/${applicationId}`.toLowerCase())
    .digest('base64url');
}

/** Passport id of a user: 16 hexadecimal digits. */
export function puidOf(userId: string): string {
  return createHash('sha256').update(userId.toLowerCase()).digest('hex').slice(0, 16).toUpperCase();
}
