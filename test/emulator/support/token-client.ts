import type { EntraEmulator } from 'entra-emulator';

/** The grant type of the on-behalf-of flow. */
export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** The one way of presenting a client assertion. */
export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** An answer of the emulator. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; empty when it is none. */
  readonly json: Readonly<Record<string, unknown>>;
}

/** Sends a request and reads the whole answer. */
export async function send(emulator: EntraEmulator, path: string, init?: RequestInit): Promise<Answered> {
  const response = await emulator.fetch(`${emulator.url}/${path}`, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parse(text) };
}

/** Posts a form to a tenant's token endpoint. */
export function postToken(
  emulator: EntraEmulator,
  form: Readonly<Record<string, string | undefined>>,
  tenant: string = emulator.tenantId,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answered> {
  const entries = Object.entries(form).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  const body = new URLSearchParams(entries as [string, string][]);
  return send(emulator, `${tenant}/oauth2/v2.0/token`, {
    method: 'POST',
    body: body.toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  });
}

/** Header and payload of a token, unverified. */
export function decode(token: unknown): {
  header: Record<string, unknown>;
  payload: Record<string, unknown>;
} {
  const [header, payload] = String(token)
    .split('.')
    .map((part) => parse(Buffer.from(part, 'base64url').toString()));
  return { header: header ?? {}, payload: payload ?? {} };
}

function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
