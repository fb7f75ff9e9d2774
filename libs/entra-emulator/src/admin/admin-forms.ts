/** What a form of the administration page asks for, as a call of the JSON API. */
export interface AdminCall {
  readonly operation: string;
  readonly id: string;
  readonly body: unknown;
}

/** Turns a form of the page into a call of the API; undefined for a form that there is not. */
export function callOfForm(form: ReadonlyMap<string, string>): AdminCall | undefined {
  const text = (name: string): string => form.get(name)?.trim() ?? '';
  const optional = (name: string): Record<string, string> =>
    text(name) === '' ? {} : { [name]: text(name) };
  const id = text('id');
  switch (text('action')) {
    case 'disable':
    case 'enable':
      return { operation: 'PATCH users/*', id, body: { disabled: text('action') === 'disable' } };
    case 'revoke':
      return { operation: 'POST users/*/revoke', id, body: undefined };
    case 'revoke-consent':
      return {
        operation: 'DELETE consents',
        id,
        body: { clientId: text('clientId'), scopes: text('scopes').split(' '), ...optional('userId') },
      };
    case 'require':
      return {
        operation: 'POST conditional-access',
        id,
        body: { scope: text('scope'), ...(text('code') === '' ? {} : { code: Number(text('code')) }) },
      };
    case 'remove-policy':
      return { operation: 'DELETE conditional-access/*', id, body: undefined };
    case 'fault':
      return { operation: 'POST faults', id, body: faultOf(text('kind'), text('value'), text('endpoint')) };
    case 'clear-faults':
      return { operation: 'DELETE faults', id, body: undefined };
    case 'rotate':
      return { operation: 'POST signing-keys/rotate', id, body: { keepOld: text('keepOld') !== 'false' } };
    case 'clear-requests':
      return { operation: 'DELETE requests', id, body: undefined };
    default:
      return undefined;
  }
}

function faultOf(kind: string, value: string, endpoint: string): unknown {
  const common = endpoint === '' ? {} : { endpoint };
  switch (kind) {
    case 'aadsts':
      return { ...common, aadsts: Number(value) };
    case 'throttled':
      return { ...common, status: 429, headers: { 'Retry-After': value === '' ? '60' : value } };
    case 'unavailable':
      return { ...common, status: 503 };
    case 'delay':
      return { ...common, delayMs: Number(value) };
    default:
      return { ...common, [kind]: true };
  }
}
