import { ownProperties } from '../own-properties.js';

/** What decides: `process.env`, or a stand-in for it. */
export type NodeEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * Whether the process runs where details may be shown: `NODE_ENV`, trimmed and in lower case, is unset, empty,
 * `development` or `test`. Every other value counts as production, because a name such as `staging`, `prod` or
 * `production ` must not turn a protection off.
 */
export function isDevelopment(environment: NodeEnvironment): boolean {
  const { NODE_ENV } = ownProperties(environment);
  return ['', 'development', 'test'].includes((NODE_ENV ?? '').trim().toLowerCase());
}

/**
 * Whether Node.js accepts every TLS certificate: `NODE_TLS_REJECT_UNAUTHORIZED` is `0` (Node.js CLI, environment
 * variables). It compares without trimming, and so does this.
 */
export function isTlsVerificationOff(environment: NodeEnvironment): boolean {
  return ownProperties(environment).NODE_TLS_REJECT_UNAUTHORIZED === '0';
}
