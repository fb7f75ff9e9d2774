import { isUtf8 } from 'node:buffer';
import { InvalidTokenError } from '../errors/token.errors.js';
import { detach } from '../own-properties.js';
import { parseStrictJson } from './strict-json.js';

/** Header and payload of a token, not yet verified. */
export interface CompactJws {
  readonly header: Readonly<Record<string, unknown>>;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Node refuses headers above 16 kB in all; a token with 200 groups has 11 kB. */
export const MAX_TOKEN_LENGTH = 16 * 1024;

/**
 * Takes a token apart (RFC 7515 section 7.1): three parts, none empty, each canonical base64url. A token
 * with other spellings of the same bytes would be another key in every cache, and another exchange each.
 *
 * @throws InvalidTokenError `token_malformed`, `token_too_large`
 */
export function parseCompactJws(token: string): CompactJws {
  if (token.length > MAX_TOKEN_LENGTH) {
    throw new InvalidTokenError(
      'token_too_large',
      `The token has ${token.length} characters; ${MAX_TOKEN_LENGTH} are accepted`,
    );
  }
  const parts = token.split('.');
  const [header, payload, signature] = parts;
  if (parts.length !== 3 || !header || !payload || !signature) {
    const hint = parts.length === 5 ? 'an encrypted token (JWE); ' : '';
    throw new InvalidTokenError(
      'token_malformed',
      `The token is no signed JSON Web Token: ${hint}it has ${parts.length} parts instead of 3, or an empty one`,
    );
  }
  decodeCanonical(signature);
  return { header: parseObject(header, 'header'), payload: parseObject(payload, 'payload') };
}

function decodeCanonical(part: string): Buffer {
  const bytes = Buffer.from(part, 'base64url');
  if (bytes.toString('base64url') !== part) {
    throw new InvalidTokenError('token_malformed', 'A part of the token is not canonical base64url');
  }
  return bytes;
}

function parseObject(part: string, name: string): Readonly<Record<string, unknown>> {
  const json = parseJson(decodeCanonical(part));
  if (json === undefined) {
    throw new InvalidTokenError(
      'token_malformed',
      `The ${name} of the token is no unambiguous JSON in UTF-8`,
    );
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new InvalidTokenError('token_malformed', `The ${name} of the token is no JSON object`);
  }
  return detach(json) as Readonly<Record<string, unknown>>;
}

function parseJson(bytes: Buffer): unknown {
  // Replacement characters would make two byte sequences one claim.
  if (!isUtf8(bytes)) return undefined;
  try {
    return parseStrictJson(bytes.toString('utf8'));
  } catch {
    // The parser's own message quotes the text.
    return undefined;
  }
}
