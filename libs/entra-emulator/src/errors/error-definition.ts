/** What Microsoft Entra ID answers for one AADSTS code. */
export interface ErrorDefinition {
  /** HTTP status: 401 for `invalid_client`, 400 for nearly all else. */
  readonly status: number;
  /** The OAuth 2.0 error (RFC 6749 §5.2, and Entra's own words beside them). */
  readonly error: string;
  /** Entra's finer classification; most errors have none. */
  readonly suberror?: string;
  /** False where Entra has no lookup page for the code and leaves `error_uri` out. */
  readonly errorUri: boolean;
  /**
   * The description without the `AADSTS…:` head and without the trace tail.
   * Every parameter has a default, so that an injected fault can be described too.
   */
  readonly describe: (...details: string[]) => string;
}

/** Shown where a description names an application that is not known. */
export const UNKNOWN_ID = '00000000-0000-0000-0000-000000000000';

/** Where the certificate errors send the reader. */
export const CERTIFICATE_DOCUMENTATION =
  'Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials .';

/** Where the federated credential errors send the reader. */
export const FEDERATION_DOCUMENTATION =
  'https://learn.microsoft.com/entra/workload-id/workload-identity-federation';
