import { CredentialChain } from '../credentials/credential-chain.js';
import { sourceOf } from '../credentials/credential-sources.js';
import type { EntraAuthOptions } from '../options/entra-auth-options.js';

/** What the credentials may take when nothing else in the options can be relied on. */
const TIMEOUT_MS = 5_000;

/**
 * Loads the credentials of options that are wrong elsewhere, to say what is wrong with both at once.
 * @throws ConfigurationError when none of them loads
 */
export async function loadCredentials({ clientCredentials }: EntraAuthOptions): Promise<void> {
  const settings = { sendX5C: false, timeoutMs: TIMEOUT_MS };
  const chain = await CredentialChain.start(
    (clientCredentials ?? []).map((credential) => sourceOf(credential, settings)),
  );
  chain.onModuleDestroy();
}
