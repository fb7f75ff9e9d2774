import { verify, type KeyObject } from 'node:crypto';

/** Whether the RS256 signature of a compact JWS verifies with a key. Tokens are accepted by passport-jwt, not here. */
export function isSignedWith(token: string, key: KeyObject): boolean {
  const end = token.lastIndexOf('.');
  const signature = Buffer.from(token.slice(end + 1), 'base64url');
  return verify('sha256', Buffer.from(token.slice(0, end)), key, signature);
}
