import { ManagedIdentityApplication } from '@azure/msal-node';
import type { ManagedIdentityAssertionCredential } from '../../options/client-credential.js';
import type { ClientCredentialSource } from '../client-credential-source.js';
import { CredentialFault } from '../credential-fault.js';
import type { LoadedCredential } from '../loaded-credential.js';
import { SignedAssertion } from '../signed-assertion.js';
import { withinDeadline } from '../../network/within-deadline.js';
import { wallClockMs } from '../../network/wall-clock.js';

/** Audience of a token that is to be exchanged (Microsoft: workload identity federation). */
const TOKEN_EXCHANGE = 'api://AzureADTokenExchange';

/** A token of a managed identity as assertion, from App Service, the instance metadata service and their like. */
export class ManagedIdentitySource implements ClientCredentialSource {
  readonly sourceType = 'SignedAssertionFromManagedIdentity';
  readonly isRemote = true;
  readonly #audience: string;
  readonly #identity: ManagedIdentityApplication;

  constructor(
    { managedIdentityClientId, tokenExchangeUrl }: ManagedIdentityAssertionCredential,
    private readonly options: { readonly timeoutMs: number },
  ) {
    this.#audience = tokenExchangeUrl ?? TOKEN_EXCHANGE;
    this.#identity = new ManagedIdentityApplication({
      ...(managedIdentityClientId !== undefined && {
        managedIdentityIdParams: { userAssignedClientId: managedIdentityClientId },
      }),
    });
  }

  async load(): Promise<LoadedCredential> {
    // Never from msal-node's memory, which all applications of the process share: it is asked when a new one is due.
    const request = { resource: this.#audience, forceRefresh: true };
    const result = await withinDeadline(this.options.timeoutMs, () =>
      this.#identity.acquireToken(request),
    ).catch((error: unknown) => {
      throw new CredentialFault(
        `got no token of the managed identity (${reasonOf(error)}); check that the API runs where it has one.`,
        { isTemporary: true },
      );
    });
    const { accessToken, expiresOn } = result;
    if (!accessToken || !expiresOn) {
      throw new CredentialFault('got an answer without a token from the managed identity; try again.', {
        isTemporary: true,
      });
    }
    return new SignedAssertion(accessToken, { issuedAt: wallClockMs(), expiresAt: expiresOn.getTime() });
  }
}

/** The code of an error alone: its text can quote what the endpoint said. */
function reasonOf(error: unknown): string {
  const code = (error as { errorCode?: unknown } | undefined)?.errorCode;
  return typeof code === 'string' && /^[\w-]{1,60}$/.test(code) ? code : 'no answer in time';
}
