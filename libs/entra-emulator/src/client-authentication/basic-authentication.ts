/**
 * The form with client id and secret from an `Authorization: Basic` header (RFC 6749 §2.3.1) where the form itself
 * has none.
 */
export function withBasicCredentials(
  form: ReadonlyMap<string, string>,
  authorization: string | undefined,
): ReadonlyMap<string, string> {
  const encoded = /^Basic +([A-Za-z0-9+/]+=*)$/i.exec(authorization ?? '')?.[1];
  const [id, ...secret] = Buffer.from(encoded ?? '', 'base64')
    .toString('utf8')
    .split(':');
  if (encoded === undefined || secret.length === 0) {
    return form;
  }
  const credentials = [
    ['client_id', formDecode(id ?? '')],
    ['client_secret', formDecode(secret.join(':'))],
  ] as const;
  return new Map([...credentials, ...form]);
}

function formDecode(text: string): string {
  return new URLSearchParams(`value=${text.replaceAll('&', '%26')}`).get('value') ?? text;
}
