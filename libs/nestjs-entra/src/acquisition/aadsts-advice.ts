/**
 * How loud the log line of a failed exchange is.
 *
 * - `error`: whoever runs the API, or an administrator they turn to, must act: credential, registration,
 *   configuration, admin consent.
 * - `warn`: a user, a client or a policy of the organization is in the way, or the fault passes by itself.
 * - `debug`: everyday, and resolved by the client's next sign-in: a token that expired, a step-up.
 */
export type AadstsLevel = 'error' | 'warn' | 'debug';

/** What an AADSTS number means to whoever runs the API, in one sentence each. Goes into logs, never into answers. */
export interface AadstsAdvice {
  readonly level: AadstsLevel;
  readonly cause: string;
  readonly fix: string;
}

/** Advice by AADSTS number: `50013` for AADSTS50013. */
export type AadstsSection = Readonly<Record<number, AadstsAdvice>>;
