import { createHash } from 'node:crypto';
import { decodeToken, isSignedWith, type DecodedToken } from './json-web-token.js';
import type { SigningKeys } from './signing-keys.js';

/** Verifies a token for Microsoft Graph, as only Graph can: the header that was signed has the nonce hashed. */
export function verifyGraphToken(signingKeys: SigningKeys, token: string): DecodedToken | undefined {
  const decoded = decodeToken(token);
  const nonce = decoded?.header['nonce'];
  const key = decoded && signingKeys.find(decoded.header['kid']);
  if (decoded === undefined || key === undefined || typeof nonce !== 'string') {
    return undefined;
  }
  const hashed = createHash('sha256').update(nonce).digest('base64url');
  const header = Buffer.from(JSON.stringify({ ...decoded.header, nonce: hashed })).toString('base64url');
  const signingInput = `${header}.${decoded.signingInput.split('.')[1]}`;
  return isSignedWith({ ...decoded, signingInput }, 'RS256', key.publicKey) ? decoded : undefined;
}
