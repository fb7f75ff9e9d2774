import type { ClientCredential } from '../options/client-credential.js';
import type { LoadedCredential } from './loaded-credential.js';

/** The port to where a credential comes from: one implementation for each kind. */
export interface ClientCredentialSource {
  readonly sourceType: ClientCredential['sourceType'];
  /** Whether loading goes over the network, so that no request waits for it while another credential serves. */
  readonly isRemote?: boolean;
  /** Packages that it needs and that are not installed. */
  missingPackages?(): readonly string[];
  /** Reads or fetches it. @throws CredentialFault */
  load(): Promise<LoadedCredential>;
  /** Whether what was loaded last has been replaced meanwhile. Quick: it is asked before tokens are acquired. */
  hasChanged?(): Promise<boolean>;
}
