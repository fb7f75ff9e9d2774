import type { DefaultAzureCredential as DefaultAzureCredentialClass } from '@azure/identity';
import type { CertificateClient as CertificateClientClass } from '@azure/keyvault-certificates';
import type { SecretClient as SecretClientClass } from '@azure/keyvault-secrets';
import { failureCode } from '../../errors/failure-code.js';
import type { KeyVaultCredential } from '../../options/client-credential.js';
import { boundedResponsePolicy } from '../bounded-response.policy.js';
import { CertificateAssertions } from '../certificate-assertions.js';
import { certificateFromBytes } from '../certificate-from-bytes.js';
import type { ClientCredentialSource } from '../client-credential-source.js';
import { CredentialFault } from '../credential-fault.js';
import type { LoadedCredential } from '../loaded-credential.js';
import { installSentence, missingPackages, requirePackage } from '../optional-package.js';
import type { SigningCertificate } from '../signing-certificate.js';
import { DeadlineError, withinDeadline } from '../../network/within-deadline.js';
import { wallClockMs } from '../../network/wall-clock.js';

const PACKAGES = ['@azure/identity', '@azure/keyvault-certificates', '@azure/keyvault-secrets'] as const;

/** How often the vault is asked for a new version. */
const INTERVAL_MS = 60 * 60_000;

/** The two faces of the vault; the private key of a certificate comes as a secret of the same name. */
interface VaultClients {
  readonly certificates: CertificateClientClass;
  readonly secrets: SecretClientClass;
}

/** A certificate in Azure Key Vault, asked for again on an interval. */
export class KeyVaultSource implements ClientCredentialSource {
  readonly sourceType = 'KeyVault';
  readonly isRemote = true;
  #clients: VaultClients | undefined;
  #version: string | undefined;
  #signer: SigningCertificate | undefined;

  constructor(
    private readonly credential: KeyVaultCredential,
    private readonly options: { readonly sendX5C: boolean; readonly timeoutMs: number },
  ) {}

  missingPackages(): readonly string[] {
    return missingPackages(PACKAGES);
  }

  async load(): Promise<LoadedCredential> {
    const missing = this.missingPackages();
    if (missing.length > 0) throw new CredentialFault(installSentence(missing));
    const signer = await withinDeadline(this.options.timeoutMs, (signal) => this.fetch(signal)).catch(
      (error: unknown) => {
        throw error instanceof CredentialFault ? error : this.fault(error);
      },
    );
    return new CertificateAssertions(signer, this.options, wallClockMs() + INTERVAL_MS);
  }

  private async fetch(abortSignal: AbortSignal): Promise<SigningCertificate> {
    const name = this.credential.keyVaultCertificateName;
    this.#clients ??= this.connect();
    const { certificates, secrets } = this.#clients;
    const { properties, policy } = await certificates.getCertificate(name, { abortSignal });
    const { version } = properties;
    if (this.#signer && version !== undefined && version === this.#version) return this.#signer;
    if (policy?.exportable === false) {
      throw new CredentialFault(
        `is a certificate whose private key cannot be exported; set "exportable" in its policy and issue a new version.`,
      );
    }
    const { value, properties: about } = await secrets.getSecret(name, { version, abortSignal });
    const isPem = about.contentType === 'application/x-pem-file';
    this.#signer = certificateFromBytes(Buffer.from(value ?? '', isPem ? 'utf8' : 'base64'), undefined);
    this.#version = version;
    return this.#signer;
  }

  private connect(): VaultClients {
    const { keyVaultUrl, managedIdentityClientId } = this.credential;
    const { DefaultAzureCredential } = requirePackage<{
      DefaultAzureCredential: typeof DefaultAzureCredentialClass;
    }>('@azure/identity');
    const { CertificateClient } = requirePackage<{ CertificateClient: typeof CertificateClientClass }>(
      '@azure/keyvault-certificates',
    );
    const { SecretClient } = requirePackage<{ SecretClient: typeof SecretClientClass }>(
      '@azure/keyvault-secrets',
    );
    const network = {
      // Neither the vault nor an identity endpoint redirects; what they are sent must not go elsewhere.
      redirectOptions: { maxRetries: 0 },
      additionalPolicies: [{ policy: boundedResponsePolicy, position: 'perRetry' as const }],
    };
    const identity = new DefaultAzureCredential({
      ...network,
      ...(managedIdentityClientId && { managedIdentityClientId }),
    });
    // One retry of its own: the list has a next entry, and a failed load is tried again anyway.
    const options = { ...network, retryOptions: { maxRetries: 1, retryDelayInMs: 200 } };
    return {
      certificates: new CertificateClient(keyVaultUrl, identity, options),
      secrets: new SecretClient(keyVaultUrl, identity, options),
    };
  }

  private fault(error: unknown): CredentialFault {
    const { statusCode, code, name } = (error ?? {}) as Record<string, unknown>;
    const { keyVaultUrl, keyVaultCertificateName } = this.credential;
    const where = `${keyVaultCertificateName} from ${keyVaultUrl}`;
    if (statusCode === 401 || statusCode === 403) {
      return new CredentialFault(
        `may not read ${where} (status ${statusCode}); give its identity the role Key Vault Certificate User.`,
      );
    }
    if (statusCode === 404) {
      return new CredentialFault(`found no ${where} (status 404); check keyVaultCertificateName.`);
    }
    const isLate = error instanceof DeadlineError;
    const said =
      typeof statusCode === 'number'
        ? `status ${statusCode}`
        : (failureCode(error) ?? word(code) ?? word(name));
    const reason = isLate ? 'no answer in time' : (said ?? 'unknown error');
    return new CredentialFault(
      `could not get ${where} (${reason}); check that the vault and an identity for it can be reached.`,
      { isTemporary: true },
    );
  }
}

/** A code or the name of a class; whatever else errors hold may quote what was sent. */
function word(value: unknown): string | undefined {
  return typeof value === 'string' && /^\w{1,60}$/.test(value) ? value : undefined;
}
