import type { PlatformClientOptions } from '../network/identity-platform.client.js';
import type { ResolvedOptions } from '../options/resolved-options.js';

/** Somebody's request waits for it, and the next request tries again: it is asked once, and not for long. */
const DEADLINE_MS = 4_500;

/** How keys and metadata are fetched. */
export function metadataNetwork({ network }: ResolvedOptions): PlatformClientOptions {
  return { fetch: network.fetch, timeoutMs: Math.min(network.timeoutMs, DEADLINE_MS), retries: 0 };
}
