/** How patiently the identity platform is asked, where nothing else is said. */
export const NETWORK_DEFAULTS = Object.freeze({ timeoutMs: 10_000, retries: 1 });

/** The longest pause between two attempts of one call. */
export const MAX_PAUSE_MS = 150;

/** Enough for a TLS handshake and a quick answer; with less, retries only add load. */
const LEAST_ATTEMPT_MS = 400;

/** What one attempt of a call has: an equal share of the deadline, the pauses between left out. */
export function attemptTimeMs(timeoutMs: number, retries: number): number {
  return (timeoutMs - retries * MAX_PAUSE_MS) / (retries + 1);
}

/** The fault of a deadline that is too short for so many attempts. */
export function attemptTimeFaults(network: Readonly<Record<string, unknown>>): string[] {
  const timeoutMs = Number(network['timeoutMs'] ?? NETWORK_DEFAULTS.timeoutMs);
  const retries = Number(network['retries'] ?? NETWORK_DEFAULTS.retries);
  const attemptMs = attemptTimeMs(timeoutMs, retries);
  if (attemptMs >= LEAST_ATTEMPT_MS) return [];
  const leastMs = LEAST_ATTEMPT_MS * (retries + 1) + MAX_PAUSE_MS * retries;
  return [
    `network.timeoutMs is ${timeoutMs} and network.retries is ${retries}, which leaves ${Math.floor(attemptMs)} ms for each attempt; give a timeoutMs of at least ${leastMs}, or fewer retries.`,
  ];
}
