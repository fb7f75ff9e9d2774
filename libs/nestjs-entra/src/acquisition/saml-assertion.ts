/** The grant types of SAML assertions (RFC 7522 section 2.1; Microsoft's own name for those of SAML 1.1). */
export const SAML_BEARER_TYPES = [
  'urn:ietf:params:oauth:grant-type:saml2-bearer',
  'urn:ietf:params:oauth:grant-type:saml1_1-bearer',
] as const;

export type SamlBearerType = (typeof SAML_BEARER_TYPES)[number];

/** Whether an assertion type is one of SAML. */
export function isSamlBearerType(assertionType: string | undefined): assertionType is SamlBearerType {
  return SAML_BEARER_TYPES.some((type) => type === assertionType);
}

/** An assertion as it is sent: XML is encoded in base64url, without padding (RFC 7522 section 2.1). */
export function encodedSamlAssertion(assertion: string): string {
  const text = assertion.trim();
  return text.startsWith('<') ? Buffer.from(text).toString('base64url') : text;
}

/**
 * When an encoded assertion ends, milliseconds since 1970: the earliest end it names; `Infinity` when it names none.
 * The identity platform checks the assertion; what is read here bounds the life of the token that comes back.
 */
export function samlAssertionEnd(encoded: string): number {
  const xml = Buffer.from(encoded, 'base64url').toString();
  const ends = [...xml.matchAll(/\bNotOnOrAfter\s*=\s*["']([^"']{1,40})["']/g)]
    .map(([, time = '']) => Date.parse(time))
    .filter((end) => !Number.isNaN(end));
  return Math.min(...ends, Infinity);
}
