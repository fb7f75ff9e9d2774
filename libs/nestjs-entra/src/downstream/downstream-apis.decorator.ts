import { downstreamApiReference } from '../acquisition/downstream-api-reference.js';
import { ConfigurationError } from '../errors/configuration.error.js';
import type { DownstreamScopesOptions } from './downstream-scopes.decorator.js';
import { prefetchOnRoute } from './downstream-scopes.decorator.js';

/**
 * Acquires the tokens of these APIs of `downstreamApis` before the handler runs, as `@DownstreamScopes()` does for
 * scopes; the two may stand together. A name that is not configured stops the boot.
 *
 * @throws ConfigurationError at once when no API is named
 */
export function DownstreamApis(...names: string[]): ClassDecorator & MethodDecorator;
export function DownstreamApis(
  ...names: [...names: string[], options: DownstreamScopesOptions]
): ClassDecorator & MethodDecorator;
export function DownstreamApis(
  ...names: readonly (string | DownstreamScopesOptions)[]
): ClassDecorator & MethodDecorator {
  const last = names.at(-1);
  const options = typeof last === 'object' && last !== null ? last : undefined;
  const apis: readonly unknown[] = options ? names.slice(0, -1) : names;
  if (apis.length === 0 || !apis.every((name) => typeof name === 'string' && /^[\w.-]+$/.test(name))) {
    const given = apis.length === 0 ? 'nothing' : JSON.stringify(apis);
    throw new ConfigurationError(
      `@DownstreamApis was given ${given}; name APIs of downstreamApis, one string each.`,
    );
  }
  return prefetchOnRoute('@DownstreamApis', (apis as readonly string[]).map(downstreamApiReference), options);
}
