/** Whom a credential is shown to. */
export interface ClientAuthenticationTarget {
  /** Application (client) id of the API. */
  readonly clientId: string;
  /** Token endpoint: the audience of an assertion that is signed for it. */
  readonly tokenEndpoint: string;
}

/** What a token request carries as proof (RFC 6749 section 2.3.1, RFC 7523 section 2.2). */
export type ClientAuthentication = { readonly clientSecret: string } | { readonly clientAssertion: string };

/** What can be told of a certificate. */
export interface CertificateFacts {
  /** SHA-256 in hexadecimal, as the registration shows it. */
  readonly thumbprint: string;
  /** End of its validity, milliseconds since 1970. */
  readonly notAfter: number;
}

/** A credential that is there and can be shown. */
export interface LoadedCredential {
  /** The same for the same secret, certificate or assertion. Nothing secret. */
  readonly id: string;
  readonly certificate?: CertificateFacts;
  /** From when on it is loaded anew while it is still used, milliseconds since 1970. */
  readonly renewAt?: number;
  /** From when on it cannot be used, milliseconds since 1970. */
  readonly expiresAt?: number;
  /** @throws CredentialFault */
  authenticate(target: ClientAuthenticationTarget): Promise<ClientAuthentication>;
}
