import { constants, sign, verify, type KeyObject } from 'node:crypto';

/** A compact JWS that was taken apart, not verified. */
export interface DecodedToken {
  readonly header: Readonly<Record<string, unknown>>;
  readonly payload: Readonly<Record<string, unknown>>;
  /** What the signature covers. */
  readonly signingInput: string;
  readonly signature: Buffer;
}

/** Takes a compact JWS apart (RFC 7515 §7.1); undefined when it is none or holds no JSON objects. */
export function decodeToken(token: string): DecodedToken | undefined {
  const parts = /^([\w-]+)\.([\w-]+)\.([\w-]*)$/.exec(token);
  const header = parseSegment(parts?.[1]);
  const payload = parseSegment(parts?.[2]);
  if (parts === null || header === undefined || payload === undefined) {
    return undefined;
  }
  return {
    header,
    payload,
    signingInput: `${parts[1]}.${parts[2]}`,
    signature: Buffer.from(parts[3] ?? '', 'base64url'),
  };
}

/**
 * Signs a compact JWS with RS256, members in the order given.
 *
 * `signedHeader` differs from the header shown in Microsoft Graph's tokens only.
 */
export function signToken(
  header: Readonly<Record<string, unknown>>,
  payload: Readonly<Record<string, unknown>>,
  privateKey: KeyObject,
  signedHeader: Readonly<Record<string, unknown>> = header,
): string {
  const body = segment(payload);
  const signature = sign('sha256', Buffer.from(`${segment(signedHeader)}.${body}`), privateKey);
  return `${segment(header)}.${body}.${signature.toString('base64url')}`;
}

/** Tells whether the signature of `token` was made with `algorithm` (RS, PS or ES family) and the key. */
export function isSignedWith(token: DecodedToken, algorithm: unknown, key: KeyObject): boolean {
  const match = /^(RS|PS|ES)(256|384|512)$/.exec(typeof algorithm === 'string' ? algorithm : '');
  const family = match?.[1];
  if (match === null || key.asymmetricKeyType !== (family === 'ES' ? 'ec' : 'rsa')) {
    return false;
  }
  const padding =
    family === 'PS'
      ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
      : {};
  const encoding = family === 'ES' ? { dsaEncoding: 'ieee-p1363' as const } : {};
  const input = Buffer.from(token.signingInput);
  return verify(`sha${match[2]}`, input, { key, ...padding, ...encoding }, token.signature);
}

function segment(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function parseSegment(text: string | undefined): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text ?? '', 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    // Not JSON: the caller answers that the token is malformed.
    return undefined;
  }
}
