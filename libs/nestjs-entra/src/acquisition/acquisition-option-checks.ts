import { ConfigurationError } from '../errors/configuration.error.js';
import { isGuid } from '../options/guid.js';
import type { TokenAcquisitionOptions } from './token-acquisition.options.js';

/**
 * Checks what a call was given, before it reaches a log or the identity platform.
 * @throws ConfigurationError
 */
export function checkAcquisitionOptions({ claims, correlationId, signal }: TokenAcquisitionOptions): void {
  if (correlationId !== undefined && !isGuid(String(correlationId).toLowerCase())) {
    throw new ConfigurationError('correlationId is no GUID; give one, or leave it out.');
  }
  if (claims !== undefined && !isJsonObject(claims)) {
    throw new ConfigurationError(
      'claims is no JSON object; give the claims request of a challenge, decoded.',
    );
  }
  if (signal !== undefined && typeof signal?.throwIfAborted !== 'function') {
    throw new ConfigurationError('signal is no AbortSignal; give one, or leave it out.');
  }
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
