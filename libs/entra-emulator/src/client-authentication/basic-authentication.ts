/** A form, and whether the header of the request contradicts it. */
export interface CredentialedForm {
  readonly parameters: ReadonlyMap<string, string>;
  /** True when form and header name two clients, or two secrets: a parameter that comes twice. */
  readonly isContradictory: boolean;
}

/**
 * The form with client id and secret from an `Authorization: Basic` header (RFC 6749 §2.3.1) where the form itself
 * has none.
 */
export function withBasicCredentials(
  form: ReadonlyMap<string, string>,
  authorization: string | undefined,
): CredentialedForm {
  const encoded = /^Basic +([A-Za-z0-9+/]+=*)$/i.exec(authorization ?? '')?.[1];
  const [id, ...secret] = Buffer.from(encoded ?? '', 'base64')
    .toString('utf8')
    .split(':');
  if (encoded === undefined || secret.length === 0) {
    return { parameters: form, isContradictory: false };
  }
  const credentials = [
    ['client_id', formDecode(id ?? '')],
    ['client_secret', formDecode(secret.join(':'))],
  ] as const;
  const isContradictory = credentials.some(([name, value]) => (form.get(name) ?? value) !== value);
  return { parameters: new Map([...credentials, ...form]), isContradictory };
}

function formDecode(text: string): string {
  return new URLSearchParams(`value=${text.replaceAll('&', '%26')}`).get('value') ?? text;
}
