import { AadstsError } from '../errors/aadsts-error.js';
import type { EmulatedApplication } from '../tenants/application.js';
import type { TokenClient } from '../tokens/token-client.js';

/** A request for a token whose client is authenticated. */
export interface TokenRequest {
  /** GUID of the tenant that issues. */
  readonly tenantId: string;
  readonly form: ReadonlyMap<string, string>;
  /** The client's registration. */
  readonly application: EmulatedApplication;
  /** The client, as tokens name it. */
  readonly client: TokenClient;
}

/** A successful answer; members in Entra's order (RFC 6749 §5.1). */
export interface TokenResponse {
  readonly token_type: 'Bearer';
  readonly scope?: string;
  readonly expires_in: number;
  readonly ext_expires_in: number;
  readonly access_token: string;
  readonly refresh_token?: string;
  readonly id_token?: string;
  readonly client_info?: string;
}

/** The value of a form parameter. One that is absent or empty is refused with AADSTS900144. */
export function requireParameter(form: ReadonlyMap<string, string>, name: string): string {
  const value = form.get(name);
  if (value === undefined || value === '') {
    throw new AadstsError(900144, [name]);
  }
  return value;
}

/** AADSTS901002: the v1.0 endpoint's way of naming a resource; the v2.0 endpoint knows scopes only. */
export function refuseResource(parameters: ReadonlyMap<string, string>): void {
  if (parameters.has('resource')) {
    throw new AadstsError(901002);
  }
}
