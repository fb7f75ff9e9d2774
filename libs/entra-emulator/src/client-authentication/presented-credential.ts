import { AadstsError } from '../errors/aadsts-error.js';
import { requireParameter } from '../grants/token-request.js';

/** The one way of presenting an assertion (RFC 7523 §2.2). */
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** What a client shows to prove who it is. */
export type PresentedCredential =
  | { readonly kind: 'none' }
  | { readonly kind: 'secret'; readonly secret: string }
  | { readonly kind: 'assertion'; readonly assertion: string };

/** The credential in the form. With both, the assertion counts. */
export function presentedCredential(form: ReadonlyMap<string, string>): PresentedCredential {
  const assertion = form.get('client_assertion') ?? '';
  const secret = form.get('client_secret') ?? '';
  if (assertion !== '') {
    if (requireParameter(form, 'client_assertion_type') !== ASSERTION_TYPE) {
      throw new AadstsError(7000218);
    }
    return { kind: 'assertion', assertion };
  }
  return secret === '' ? { kind: 'none' } : { kind: 'secret', secret };
}
