/** `process.env`, or a substitute for it in tests. */
export type NodeEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * Whether the process runs where details may be shown: `NODE_ENV`, trimmed and in lower case, is unset, empty,
 * `development` or `test`. Every other value counts as production, because a name such as `staging`, `prod` or
 * `production ` must not turn a protection off.
 */
export function isDevelopment(environment: NodeEnvironment): boolean {
  return ['', 'development', 'test'].includes(
    (ownVariable(environment, 'NODE_ENV') ?? '').trim().toLowerCase(),
  );
}

/**
 * Whether Node.js accepts every TLS certificate: `NODE_TLS_REJECT_UNAUTHORIZED` is `0` (Node.js CLI, environment
 * variables). It compares without trimming, and so does this.
 */
export function isTlsVerificationOff(environment: NodeEnvironment): boolean {
  return ownVariable(environment, 'NODE_TLS_REJECT_UNAUTHORIZED') === '0';
}

/** Asks the environment itself, for no copy of it finds names in another case, as `process.env` does on Windows. */
function ownVariable(environment: NodeEnvironment, name: string): string | undefined {
  return Object.hasOwn(environment, name) ? environment[name] : undefined;
}
