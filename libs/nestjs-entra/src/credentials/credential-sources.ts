import type { ClientCredential } from '../options/client-credential.js';
import type { ClientCredentialSource } from './client-credential-source.js';
import { CertificatePathSource } from './sources/certificate-path.source.js';
import { CertificateTextSource } from './sources/certificate-text.source.js';
import { ClientSecretSource } from './sources/client-secret.source.js';
import { CustomAssertionSource } from './sources/custom-assertion.source.js';
import { KeyVaultSource } from './sources/key-vault.source.js';
import { ManagedIdentitySource } from './sources/managed-identity.source.js';
import { SignedAssertionFileSource } from './sources/signed-assertion-file.source.js';

/** What the kinds have to know beside their own fields. */
export interface CredentialSourceOptions {
  /** Send the certificate with the assertions it signs. */
  readonly sendX5C: boolean;
  /** How long a load over the network may take, milliseconds. */
  readonly timeoutMs: number;
}

/** Where a credential of the list comes from. */
export function sourceOf(
  credential: ClientCredential,
  options: CredentialSourceOptions,
): ClientCredentialSource {
  switch (credential.sourceType) {
    case 'ClientSecret':
      return new ClientSecretSource(credential);
    case 'Path':
      return new CertificatePathSource(credential, options);
    case 'Base64Encoded':
    case 'Certificate':
      return new CertificateTextSource(credential, options);
    case 'KeyVault':
      return new KeyVaultSource(credential, options);
    case 'SignedAssertionFilePath':
      return new SignedAssertionFileSource(credential);
    case 'SignedAssertionFromManagedIdentity':
      return new ManagedIdentitySource(credential, options);
    case 'CustomSignedAssertion':
      return new CustomAssertionSource(credential, options);
  }
}
