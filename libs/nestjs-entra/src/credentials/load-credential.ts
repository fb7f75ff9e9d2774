import { Logger } from '@nestjs/common';
import { ConfigurationError } from '../errors/configuration.error.js';
import type { ClientCredential } from '../options/client-credential.js';
import { loadCertificate } from './certificate.js';
import { loadCertificateFiles } from './certificate-files.js';
import type { ConfidentialClientCredential } from './confidential-client-credential.js';

/**
 * The first credential of the list that loads; `undefined` for an empty list.
 * @throws ConfigurationError when none of them loads, with the reason of each
 */
export function loadCredential(
  credentials: readonly ClientCredential[],
): ConfidentialClientCredential | undefined {
  const faults: string[] = [];
  const logger = new Logger('EntraAuth');
  for (const [index, credential] of credentials.entries()) {
    try {
      const loaded = load(credential);
      for (const fault of faults) logger.warn(`${fault} The next one in the list is used.`);
      return loaded;
    } catch (error) {
      faults.push(`clientCredentials[${index}] (${credential.sourceType}) ${(error as Error).message}`);
    }
  }
  if (faults.length > 0) throw new ConfigurationError(faults);
  return undefined;
}

function load(credential: ClientCredential): ConfidentialClientCredential {
  switch (credential.sourceType) {
    case 'ClientSecret':
      return { clientSecret: credential.clientSecret };
    case 'Path':
      return loadCertificateFiles(credential);
    case 'Certificate':
      return loadCertificate(credential);
    default:
      throw new Error('cannot be loaded by this version.');
  }
}
