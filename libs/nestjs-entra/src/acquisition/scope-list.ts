import { ConfigurationError } from '../errors/configuration.error.js';
import { shown } from '../options/shown.js';

/**
 * Scopes as one text, separated by spaces (RFC 6749 section 3.3).
 * @throws ConfigurationError when they are neither a string nor a list of strings
 */
export function scopeList(scopes: string | readonly string[]): string {
  if (typeof scopes === 'string') return scopes;
  if (Array.isArray(scopes) && scopes.every((scope) => typeof scope === 'string')) return scopes.join(' ');
  throw new ConfigurationError(
    `scopes is ${shown(scopes)}; give a scope of the downstream API, or a list of scopes, such as ["User.Read"].`,
  );
}
