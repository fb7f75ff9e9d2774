/** Compact JWS and JWE begin with `{"` in base64url (RFC 7515 section 3.1). */
const TOKEN = /eyJ[\w-]+(?:\.[\w-]*)*/g;
/** Nothing that people read is as long in one piece: secrets, signatures, assertions, opaque tokens. */
const LONG_PIECE = /[\w+/=~.%-]{160,}/g;

/**
 * A text to be shown, of bounded length, without what might be a token. Nothing that reaches the inspector should
 * hold one; an application's own error or an odd claim may.
 */
export function boundedText(value: unknown, maxLength: number): string {
  const text = String(value).replace(TOKEN, '[token]').replace(LONG_PIECE, '[long value]');
  return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
}
