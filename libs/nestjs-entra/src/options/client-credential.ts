/** A client secret, as the portal shows it once. Certificates are safer: a secret travels with every request. */
export interface ClientSecretCredential {
  sourceType: 'ClientSecret';
  /** The secret's value, not its id (AADSTS7000215 when the two are mixed up). */
  clientSecret: string;
}

/** A certificate and its private key in files: PEM or PKCS#12. Read again when a file changes. */
export interface CertificatePathCredential {
  sourceType: 'Path';
  /**
   * PEM file with the certificate, its chain after it if there is one, and the private key unless
   * `privateKeyDiskPath` is given; or a PKCS#12 file (`.pfx`, `.p12`), which holds both.
   */
  certificateDiskPath: string;
  /** PEM file with the private key. Default: the file of the certificate. */
  privateKeyDiskPath?: string;
  /** Passphrase of an encrypted private key, or password of a PKCS#12 file. Default none. */
  certificatePassword?: string;
}

/** A certificate and its private key as one base64 text: PKCS#12 or PEM, encoded. */
export interface Base64EncodedCredential {
  sourceType: 'Base64Encoded';
  /** Base64 of what a file of a `Path` credential holds. */
  base64EncodedValue: string;
  /** Password of the PKCS#12, or passphrase of an encrypted private key. Default none. */
  certificatePassword?: string;
}

/** A certificate and its private key as PEM text. */
export interface CertificateCredential {
  sourceType: 'Certificate';
  /** PEM of the certificate, its chain after it if there is one. */
  certificate: string;
  /** PEM of the private key. */
  privateKey: string;
}

/**
 * A certificate in Azure Key Vault, whose private key is exportable. Needs `@azure/identity`,
 * `@azure/keyvault-certificates` and `@azure/keyvault-secrets`. Fetched again every hour.
 */
export interface KeyVaultCredential {
  sourceType: 'KeyVault';
  /** Address of the vault, such as `https://contoso.vault.azure.net`. */
  keyVaultUrl: string;
  /** Name of the certificate in the vault; its current version is used. */
  keyVaultCertificateName: string;
  /** Client id of a user-assigned managed identity that may read it. Default: whom `DefaultAzureCredential` finds. */
  managedIdentityClientId?: string;
}

/** A signed assertion in a file, as workload identity in Kubernetes projects it. Read again when it changes. */
export interface SignedAssertionFileCredential {
  sourceType: 'SignedAssertionFilePath';
  /** Path of the file. Default: the environment variable `AZURE_FEDERATED_TOKEN_FILE`. */
  signedAssertionFileDiskPath?: string;
}

/** A token of a managed identity as signed assertion; the registration trusts it by a federated identity credential. */
export interface ManagedIdentityAssertionCredential {
  sourceType: 'SignedAssertionFromManagedIdentity';
  /** Client id of a user-assigned managed identity, a GUID. Default: the system-assigned one. */
  managedIdentityClientId?: string;
  /** Audience of the assertion. Default `api://AzureADTokenExchange`; national clouds have their own. */
  tokenExchangeUrl?: string;
}

/** What `getAssertion` of a {@link CustomSignedAssertionCredential} is told. */
export interface ClientAssertionRequest {
  /** Application (client) id of the API. */
  readonly clientId: string;
  /** Token endpoint that the assertion is sent to: the audience of an assertion that the API signs itself. */
  readonly tokenEndpoint: string;
  /** Fires when the assertion is not waited for any longer. */
  readonly signal: AbortSignal;
}

/** A signed assertion that the application gets by itself. */
export interface CustomSignedAssertionCredential {
  sourceType: 'CustomSignedAssertion';
  /**
   * Gives a signed assertion, a JWT (RFC 7523 section 2.2). Called when the one before it has used up four fifths
   * of its lifetime, once for each token endpoint; its `exp` says how long it lasts.
   */
  getAssertion: (request: ClientAssertionRequest) => string | Promise<string>;
}

/** How the API proves itself to the identity platform. */
export type ClientCredential =
  | ClientSecretCredential
  | CertificatePathCredential
  | Base64EncodedCredential
  | CertificateCredential
  | KeyVaultCredential
  | SignedAssertionFileCredential
  | ManagedIdentityAssertionCredential
  | CustomSignedAssertionCredential;
