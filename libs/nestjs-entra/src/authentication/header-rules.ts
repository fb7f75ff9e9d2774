import { InvalidTokenError } from '../errors/token.errors.js';
import { quoteForLog } from '../errors/log-text.js';

/** Header parameters that would bring a key along, or change what is signed. None of them is ever followed. */
const FORBIDDEN = ['crit', 'jwk', 'jku', 'x5u', 'b64', 'zip', 'enc'];

/** `typ` of an access token: Entra writes `JWT`; RFC 9068 `at+jwt`. */
const TYPES = new Set(['jwt', 'at+jwt', 'application/at+jwt']);

/**
 * The rules of a token's header; gives its `kid`.
 * @throws InvalidTokenError `token_algorithm`, `token_type`, `token_header`
 */
export function checkHeader(header: Readonly<Record<string, unknown>>): string {
  if (header['alg'] !== 'RS256') {
    // RFC 8725 section 3.1: the algorithm is ours to choose; Entra signs with RS256.
    throw new InvalidTokenError(
      'token_algorithm',
      `The token says alg ${quoteForLog(header['alg'])}; RS256 is accepted`,
    );
  }
  const { typ, kid } = header;
  if (typ !== undefined && !(typeof typ === 'string' && TYPES.has(typ.toLowerCase()))) {
    throw new InvalidTokenError(
      'token_type',
      `The token says typ ${quoteForLog(typ)}; JWT and at+jwt are accepted`,
    );
  }
  const forbidden = FORBIDDEN.find((name) => Object.hasOwn(header, name));
  if (forbidden) {
    throw new InvalidTokenError(
      'token_header',
      `The header of the token has ${forbidden}, which is not accepted`,
    );
  }
  if (header['cty'] !== undefined) {
    throw new InvalidTokenError('token_header', 'The token wraps another one (cty), which is not accepted');
  }
  if (typeof kid !== 'string' || !/^[\x21-\x7e]{1,256}$/.test(kid)) {
    throw new InvalidTokenError('token_key', `The token names no usable key: kid is ${quoteForLog(kid)}`);
  }
  return kid;
}
